//! A small model that replaces TrustMark's decoder in tests, and images that it can read.
//!
//! The ONNX files are written field by field in protobuf encoding. The model reads 100 cells, 10 by 10: it mixes the
//! channels (Conv), averages each cell (AveragePool), and passes the 100 numbers through an identity matrix of 16-bit
//! floats (Flatten, Cast, Gemm). TrustMark's network ends with the same operators.

use labeler_pixels::{Layout, Picture};

use crate::payload::{PACKET_BITS, Payload};

/// Number of cells on each side.
const CELLS: usize = 10;
/// ONNX data types.
const FLOAT: u64 = 1;
const FLOAT16: u64 = 10;

/// Property of the image that the model reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Brightness of a cell: survives compression.
    Brightness,
    /// A checkerboard of single pixels in blue: JPEG compression removes it.
    BlueCheckerboard,
}

/// Shapes that a model file declares.
#[derive(Clone, Debug)]
pub struct Shapes {
    /// Input shape; `None` for a size that the file leaves open.
    pub input: [Option<usize>; 4],
    /// Number of outputs: 100, or another number for a model that is not a TrustMark decoder.
    pub outputs: usize,
}

impl Shapes {
    /// Returns the shapes of a TrustMark decoder with this side.
    #[must_use]
    pub const fn decoder(side: usize) -> Self {
        Self { input: [Some(1), Some(3), Some(side), Some(side)], outputs: PACKET_BITS }
    }
}

/// Returns an ONNX file that reads `signal` from images of `side` pixels.
#[must_use]
pub fn model(shapes: &Shapes, side: usize, signal: Signal) -> Vec<u8> {
    let (kernel, stride, weights): (usize, usize, Vec<f32>) = match signal {
        Signal::Brightness => (1, 1, vec![1.0 / 3.0; 3]),
        Signal::BlueCheckerboard => (2, 2, [[0.0; 4], [0.0; 4], [1.0, -1.0, -1.0, 1.0]].concat()),
    };
    let cell = side / stride / CELLS;
    let nodes = [
        node("Conv", &["image", "mix"], "mixed", &[ints("kernel_shape", kernel), ints("strides", stride)]),
        node("AveragePool", &["mixed"], "cells", &[ints("kernel_shape", cell), ints("strides", cell)]),
        node("Flatten", &["cells"], "flat", &[integer("axis", 1)]),
        node("Cast", &["half"], "matrix", &[integer("to", FLOAT)]),
        node("Gemm", &["flat", "matrix"], "output", &[]),
    ];
    let mix: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
    // 0x3c00 is 1 as a 16-bit float.
    let identity: Vec<u8> = (0..PACKET_BITS)
        .flat_map(|row| (0..shapes.outputs).map(move |column| if row == column { 0x3c00_u16 } else { 0 }))
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut graph: Vec<u8> = nodes.iter().flat_map(|node| message(1, node)).collect();
    graph.extend(message(2, b"graph"));
    graph.extend(message(5, &tensor("mix", FLOAT, &[1, 3, kernel, kernel], &mix)));
    graph.extend(message(5, &tensor("half", FLOAT16, &[PACKET_BITS, shapes.outputs], &identity)));
    graph.extend(message(11, &value("image", &shapes.input)));
    graph.extend(message(12, &value("output", &[Some(1), Some(shapes.outputs)])));
    let operators = [message(1, b""), number(2, 17)].concat();
    [number(1, 8), message(8, &operators), message(7, &graph)].concat()
}

/// Returns an image that carries `payload` for the model of `signal`. Images longer than 2:1, and all images if
/// `is_square`, carry it in their centre square. Returns `None` for an image without pixels.
#[must_use]
pub fn picture(size: (u32, u32), is_square: bool, payload: &Payload, signal: Signal) -> Option<Picture> {
    let (width, height) = size;
    let short = width.min(height);
    let is_square = is_square || width.max(height) > 2 * short;
    let (wide, high) = if is_square { (short, short) } else { (width, height) };
    let (left, top) = ((width - wide) / 2, (height - high) / 2);
    let packet = payload.to_packet();
    let place = |at: u32, of: u32| (u64::from(at) * CELLS as u64 / u64::from(of.max(1))) as usize;
    let sample = |x: u32, y: u32| -> [u8; 3] {
        let inside = (left..left + wide).contains(&x) && (top..top + high).contains(&y);
        // Everything outside of the square is dark.
        let index = inside.then(|| place(y - top, high) * CELLS + place(x - left, wide));
        let bit = index.and_then(|index| packet.get(index)).copied().unwrap_or(false);
        match signal {
            Signal::Brightness => [if bit { 170 } else { 85 }, 120 + (x % 16) as u8, 120 + (y % 16) as u8],
            Signal::BlueCheckerboard => {
                let is_even = (x + y).is_multiple_of(2);
                [128, 128, if is_even == bit { 130 } else { 126 }]
            }
        }
    };
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    Picture::new(width, height, Layout::Rgb, places.flat_map(|(x, y)| sample(x, y)).collect())
}

fn node(operator: &str, inputs: &[&str], output: &str, attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut node: Vec<u8> = inputs.iter().flat_map(|input| message(1, input.as_bytes())).collect();
    node.extend(message(2, output.as_bytes()));
    node.extend(message(4, operator.as_bytes()));
    node.extend(attributes.iter().flat_map(|attribute| message(5, attribute)));
    node
}

/// Encodes an attribute of two equal integers.
fn ints(name: &str, both: usize) -> Vec<u8> {
    [message(1, name.as_bytes()), number(8, both as u64), number(8, both as u64), number(20, 7)].concat()
}

fn integer(name: &str, integer: u64) -> Vec<u8> {
    [message(1, name.as_bytes()), number(3, integer), number(20, 2)].concat()
}

fn tensor(name: &str, kind: u64, sizes: &[usize], raw: &[u8]) -> Vec<u8> {
    let mut tensor: Vec<u8> = sizes.iter().flat_map(|size| number(1, *size as u64)).collect();
    tensor.extend([number(2, kind), message(8, name.as_bytes()), message(9, raw)].concat());
    tensor
}

fn value(name: &str, sizes: &[Option<usize>]) -> Vec<u8> {
    let size = |size: &Option<usize>| match size {
        Some(size) => message(1, &number(1, *size as u64)),
        None => message(1, &message(2, b"open")),
    };
    let shape: Vec<u8> = sizes.iter().flat_map(size).collect();
    let tensor = [number(1, FLOAT), message(2, &shape)].concat();
    [message(1, name.as_bytes()), message(2, &message(1, &tensor))].concat()
}

/// Encodes a protobuf field with a number.
fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

/// Encodes a protobuf field with bytes: a text or a message.
fn message(field: u64, bytes: &[u8]) -> Vec<u8> {
    [varint(field << 3 | 2), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
