//! Keys, accounts and audit rows behind one narrow database trait.
