//! Positions of a label: corners, edges and the middle.

use serde::{Deserialize, Serialize};

use crate::overlay::Corner;

/// Position of a label in the displayed image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Top left corner.
    TopLeft,
    /// Top edge.
    Top,
    /// Top right corner.
    TopRight,
    /// Left edge.
    Left,
    /// Away from all edges.
    Middle,
    /// Right edge.
    Right,
    /// Bottom left corner.
    BottomLeft,
    /// Bottom edge.
    Bottom,
    /// Bottom right corner.
    BottomRight,
}

impl Place {
    /// All positions.
    pub(super) const ALL: [Self; 9] = [
        Self::TopLeft,
        Self::Top,
        Self::TopRight,
        Self::Left,
        Self::Middle,
        Self::Right,
        Self::BottomLeft,
        Self::Bottom,
        Self::BottomRight,
    ];

    /// Returns whether it is a corner.
    #[must_use]
    pub const fn is_corner(self) -> bool {
        matches!(self, Self::TopLeft | Self::TopRight | Self::BottomLeft | Self::BottomRight)
    }

    /// Returns the position in words for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TopLeft => "top left corner",
            Self::Top => "top edge",
            Self::TopRight => "top right corner",
            Self::Left => "left edge",
            Self::Middle => "middle",
            Self::Right => "right edge",
            Self::BottomLeft => "bottom left corner",
            Self::Bottom => "bottom edge",
            Self::BottomRight => "bottom right corner",
        }
    }

    pub(super) const fn sides(self) -> (Side, Side) {
        let horizontal = match self {
            Self::TopLeft | Self::Left | Self::BottomLeft => Side::Start,
            Self::Top | Self::Middle | Self::Bottom => Side::Centre,
            Self::TopRight | Self::Right | Self::BottomRight => Side::End,
        };
        let vertical = match self {
            Self::TopLeft | Self::Top | Self::TopRight => Side::Start,
            Self::Left | Self::Middle | Self::Right => Side::Centre,
            Self::BottomLeft | Self::Bottom | Self::BottomRight => Side::End,
        };
        (horizontal, vertical)
    }
}

impl From<Corner> for Place {
    fn from(corner: Corner) -> Self {
        match corner {
            Corner::TopLeft => Self::TopLeft,
            Corner::TopRight => Self::TopRight,
            Corner::BottomLeft => Self::BottomLeft,
            Corner::BottomRight => Self::BottomRight,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Start,
    Centre,
    End,
}
