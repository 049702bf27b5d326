//! Any text: merging never panics, and doing it twice gives the same packet.
#![no_main]

use labeler_splice::xmp::{Property, merge};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (String, String)| {
    let set = [Property::new("http://ns.adobe.com/photoshop/1.0/", "photoshop", "Credit", "a < b")];
    let once = merge(&[&texts.0, &texts.1], &set);
    let twice = merge(&[&once.packet()], &set);
    assert_eq!((&once.text, 0), (&twice.text, twice.unreadable));
});
