//! Circles: files of one crate that import each other in a loop.
//!
//! An arrow runs from a file to the file that defines a name it uses; re-exports are followed. Only names in paths and
//! imports are seen, methods and fields are not. A table of constants may name the types of the one file that reads it.

use super::modules::{Module, Tree};
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// Files that import each other in a loop, with the arrows between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// Paths relative to the crate's folder, sorted.
    pub files: Vec<String>,
    /// Importing file, defining file, and the names.
    arrows: Vec<(String, String, String)>,
}

impl fmt::Display for Circle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "circle of {} files: {}", self.files.len(), self.files.join(", "))?;
        self.arrows.iter().try_for_each(|(from, to, names)| write!(out, "\n    {from} uses {names} of {to}"))
    }
}

/// Finds the circles in every target of the package in `folder`.
pub fn of_package(folder: &Path) -> Result<Vec<Circle>> {
    let source = folder.join("src");
    let mut roots: Vec<_> = ["lib.rs", "main.rs"].iter().map(|name| source.join(name)).collect();
    if let Ok(programs) = std::fs::read_dir(source.join("bin")) {
        roots.extend(programs.filter_map(std::result::Result::ok).map(|entry| entry.path()));
    }
    let mut circles = Vec::new();
    for root in roots.iter().filter(|root| root.is_file()) {
        circles.extend(of_tree(&Tree::read(root)?, folder));
    }
    Ok(circles)
}

/// For each file: the files it uses, and the names.
type Arrows = BTreeMap<usize, BTreeMap<usize, BTreeSet<String>>>;

fn of_tree(tree: &Tree, folder: &Path) -> Vec<Circle> {
    let arrows = without_tables(tree, arrows(tree));
    let reach: Vec<BTreeSet<usize>> = (0..tree.files.len()).map(|file| reachable(&arrows, file)).collect();
    let reaches = |from: usize, to: usize| reach.get(from).is_some_and(|files| files.contains(&to));
    let name = |file: usize| {
        let path = tree.files.get(file).map(|path| path.strip_prefix(folder).unwrap_or(path));
        path.map(|path| path.display().to_string()).unwrap_or_default()
    };
    let mut circles = Vec::new();
    let mut seen = BTreeSet::new();
    for first in 0..tree.files.len() {
        if !reaches(first, first) || !seen.insert(first) {
            continue;
        }
        let members: BTreeSet<usize> =
            (0..tree.files.len()).filter(|file| reaches(first, *file) && reaches(*file, first)).collect();
        seen.extend(&members);
        let inside = arrows.iter().filter(|(from, _)| members.contains(from));
        let inside = inside.flat_map(|(from, used)| used.iter().map(move |(to, names)| (*from, *to, names)));
        let arrows = inside
            .filter(|(_, to, _)| members.contains(to))
            .map(|(from, to, names)| (name(from), name(to), names.iter().cloned().collect::<Vec<_>>().join(", ")));
        let mut files: Vec<String> = members.iter().map(|file| name(*file)).collect();
        files.sort();
        circles.push(Circle { files, arrows: arrows.collect() });
    }
    circles
}

fn arrows(tree: &Tree) -> Arrows {
    let mut arrows = Arrows::new();
    for (index, module) in tree.modules.iter().enumerate() {
        let imported = module.imports.iter().map(|import| (&import.path, import.alias.is_none()));
        for (path, is_glob) in imported.chain(module.mentions.iter().map(|path| (path, false))) {
            let file = match resolve(tree, index, path, &mut Vec::new()) {
                Some(Target::Item(file)) => file,
                Some(Target::Module(found)) if is_glob => tree.modules.get(found).map_or(module.file, |it| it.file),
                _ => continue,
            };
            // The item, where the path goes on to a variant or an associated name.
            let ends_at_item = |end: &usize| {
                let start = path.get(..*end).unwrap_or_default();
                matches!(resolve(tree, index, start, &mut Vec::new()), Some(Target::Item(_)))
            };
            let end = (1..=path.len()).find(ends_at_item).unwrap_or(path.len());
            add(&mut arrows, module, file, path.get(end.saturating_sub(1)));
        }
        for called in &module.calls {
            let is_own = module.definitions.contains(called);
            if let Some(file) = tree.macros.get(called).filter(|_| !is_own) {
                add(&mut arrows, module, *file, Some(called));
            }
        }
    }
    arrows
}

fn add(arrows: &mut Arrows, module: &Module, file: usize, name: Option<&String>) {
    if file != module.file {
        arrows.entry(module.file).or_default().entry(file).or_default().extend(name.cloned());
    }
}

/// Removes the arrow from each table of constants to the file that is alone in using it, the re-exports of the crate's
/// root aside.
fn without_tables(tree: &Tree, mut arrows: Arrows) -> Arrows {
    for table in tree.tables() {
        let users = arrows.iter().filter(|(_, used)| used.contains_key(table)).map(|(from, _)| *from);
        // The root is file 0.
        let mut users = users.filter(|user| *user != 0);
        if let (Some(user), None) = (users.next(), users.next()) {
            if let Some(used) = arrows.get_mut(table) {
                used.remove(&user);
            }
        }
    }
    arrows
}

fn reachable(arrows: &Arrows, start: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(file) = open.pop() {
        let next = arrows.get(&file).into_iter().flat_map(BTreeMap::keys);
        open.extend(next.filter(|file| reached.insert(**file)));
    }
    reached
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A module, by index.
    Module(usize),
    /// An item that the file of this index defines.
    Item(usize),
}

/// Follows a path from inside a module. `None` for names of other crates.
/// `open` holds the names being looked up, so that globs which import each other end.
fn resolve(tree: &Tree, from: usize, path: &[String], open: &mut Vec<(usize, String)>) -> Option<Target> {
    let mut at = from;
    let mut relative = false;
    for (number, segment) in path.iter().enumerate() {
        let is_last = number.saturating_add(1) == path.len();
        match segment.as_str() {
            "crate" => at = 0,
            "self" => {}
            "super" => at = tree.modules.get(at)?.parent,
            name => match lookup(tree, at, name, is_last, relative, open)? {
                Target::Module(child) => at = child,
                // A variant or an associated name of the item.
                item => return Some(item),
            },
        }
        relative = true;
    }
    Some(Target::Module(at))
}

fn lookup(
    tree: &Tree,
    module: usize,
    name: &str,
    is_last: bool,
    relative: bool,
    open: &mut Vec<(usize, String)>,
) -> Option<Target> {
    let key = (module, name.to_owned());
    if open.contains(&key) {
        return None;
    }
    open.push(key);
    let found = find(tree, module, name, is_last, relative, open);
    open.pop();
    found
}

fn find(
    tree: &Tree,
    index: usize,
    name: &str,
    is_last: bool,
    relative: bool,
    open: &mut Vec<(usize, String)>,
) -> Option<Target> {
    let module = tree.modules.get(index)?;
    let child = module.children.get(name).copied().map(Target::Module);
    // A module and a function may share a name: the function is meant at the end of a path.
    let item = module.definitions.contains(name).then_some(Target::Item(module.file));
    if let Some(found) = if is_last { item.or(child) } else { child.or(item) } {
        return Some(found);
    }
    let named = module.imports.iter().filter(|import| import.alias.as_deref() == Some(name));
    for import in named {
        if let Some(found) = resolve(tree, index, &import.path, open) {
            return Some(found);
        }
    }
    for glob in module.imports.iter().filter(|import| import.alias.is_none()) {
        if let Some(Target::Module(source)) = resolve(tree, index, &glob.path, open) {
            if let Some(found) = lookup(tree, source, name, is_last, true, open) {
                return Some(found);
            }
        }
    }
    // `#[macro_export]` puts a macro into the root.
    let exported = (index == 0 && relative).then(|| tree.macros.get(name)).flatten();
    exported.map(|file| Target::Item(*file))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use std::path::PathBuf;

    /// An invented package on disk, removed when dropped.
    struct Package(PathBuf);

    impl Package {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let folder = std::env::temp_dir().join(format!("labeler-xtask-circles-{}-{name}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            for (path, text) in files {
                let path = folder.join("src").join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            Self(folder)
        }

        fn circles(&self) -> Vec<Vec<String>> {
            of_package(&self.0).unwrap().into_iter().map(|circle| circle.files).collect()
        }
    }

    impl Drop for Package {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn accepts_files_that_use_each_other_one_way() {
        let package = Package::new(
            "tree",
            &[
                ("lib.rs", "mod a; mod b; pub use a::A;"),
                ("a.rs", "use crate::b::B; pub struct A(B);"),
                ("b.rs", "pub struct B; // use crate::a::A;\nconst TEXT: &str = \"crate::a::A\";"),
            ],
        );
        assert!(package.circles().is_empty());
    }

    #[test]
    fn finds_two_files_that_import_each_other() {
        let package = Package::new(
            "two",
            &[
                ("lib.rs", "mod a; mod b; mod c;"),
                ("a.rs", "use super::b::{self, B}; pub struct A(B);"),
                ("b.rs", "pub struct B; impl B { fn f() { crate::a::A::new() } }"),
                ("c.rs", "use crate::{a::A, b::*};"),
            ],
        );
        assert_eq!(package.circles(), [["src/a.rs", "src/b.rs"]]);
        let text = of_package(&package.0).unwrap()[0].to_string();
        assert!(text.contains("src/a.rs uses B of src/b.rs"), "{text}");
    }

    #[test]
    fn follows_re_exports_to_the_file_that_defines_the_name() {
        let package = Package::new(
            "re-export",
            &[
                ("lib.rs", "mod a; mod b; mod c; pub use a::A; pub use b::*;"),
                ("a.rs", "use crate::B; pub struct A(B);"),
                ("b.rs", "pub use crate::c::Renamed as B;"),
                ("c/mod.rs", "mod inner; pub use self::inner::C as Renamed;"),
                ("c/inner.rs", "use crate::A; pub struct C(Option<Box<A>>);"),
            ],
        );
        assert_eq!(package.circles(), [["src/a.rs", "src/c/inner.rs"]]);
    }

    #[test]
    fn finds_a_parent_and_a_child_that_use_each_other() {
        let package = Package::new(
            "parent",
            &[
                ("main.rs", "mod a; fn main() { a::f() }"),
                ("a/mod.rs", "mod child; pub struct Error; pub fn f() { child::g() }"),
                ("a/child.rs", "use super::Error; pub fn g() -> Error { Error }"),
            ],
        );
        assert_eq!(package.circles(), [["src/a/child.rs", "src/a/mod.rs"]]);
    }

    #[test]
    fn follows_a_module_alias_and_a_crate_root_that_defines_a_type() {
        let package = Package::new(
            "alias",
            &[
                ("lib.rs", "mod a; pub struct Error; pub use a::f;"),
                ("a.rs", "use crate as root; pub fn f() -> root::Error { root::Error }"),
            ],
        );
        assert_eq!(package.circles(), [["src/a.rs", "src/lib.rs"]]);
    }

    #[test]
    fn follows_exported_macros_and_paths_inside_them() {
        let package = Package::new(
            "macro",
            &[
                ("lib.rs", "#[macro_use] mod a; mod b;"),
                ("a.rs", "#[macro_export] macro_rules! stop { () => { return $crate::b::f() } }"),
                ("b.rs", "use crate::stop; pub fn f() { stop!() }"),
            ],
        );
        assert_eq!(package.circles(), [["src/a.rs", "src/b.rs"]]);
    }

    #[test]
    fn ignores_tests_and_names_of_other_crates() {
        let package = Package::new(
            "tests",
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "pub struct A; #[cfg(test)] mod tests { use crate::b::B; } #[cfg(test)] mod more;"),
                ("b.rs", "use serde::a::A as Other; use crate::a::A; pub struct B(A, Other);"),
            ],
        );
        assert!(package.circles().is_empty());
    }

    #[test]
    fn excepts_a_table_of_constants_and_its_only_user() {
        let table = "use super::Row; const fn row(n: u8) -> Row { Row(n) } pub const ROWS: [Row; 1] = [row(1)];";
        let parent = "mod table; pub struct Row(u8); pub fn rows() -> usize { table::ROWS.len() }";
        let package = Package::new(
            "table",
            &[("lib.rs", "mod a; pub use a::table::ROWS;"), ("a.rs", parent), ("a/table.rs", table)],
        );
        assert!(package.circles().is_empty());
        let code = format!("{table} pub fn first() -> &'static Row {{ &ROWS[0] }}");
        let package = Package::new("code", &[("lib.rs", "mod a;"), ("a.rs", parent), ("a/table.rs", &code)]);
        assert_eq!(package.circles(), [["src/a.rs", "src/a/table.rs"]]);
    }
}
