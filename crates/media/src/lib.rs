//! What a file is and what it says about itself.
