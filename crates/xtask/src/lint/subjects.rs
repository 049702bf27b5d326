//! Subjects of commits: at most 72 characters, so that no list of commits cuts them off.

use crate::context::Context;
use crate::process::Cmd;

/// Longest subject in characters.
const LONGEST: usize = 72;
/// Commits that are looked at where the branch has no upstream.
const NEWEST: &str = "--max-count=50";

/// Lines `hash subject` of the commits that are not upstream yet and whose subjects are too long. Empty outside a clone.
pub fn too_long(ctx: &Context) -> Vec<String> {
    let log = |range: &str| Cmd::new("git").args(["log", "--no-merges", "--format=%h %s", range]).dir(&ctx.root).ask();
    let commits = log("@{upstream}..HEAD").or_else(|| log(NEWEST)).unwrap_or_default();
    longer(&commits)
}

fn longer(commits: &str) -> Vec<String> {
    let is_long = |line: &&str| line.split_once(' ').is_some_and(|(_, subject)| subject.chars().count() > LONGEST);
    commits.lines().filter(is_long).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_of_the_subject_alone() {
        let (fits, long) = ("ä".repeat(LONGEST), "a".repeat(LONGEST.saturating_add(1)));
        assert_eq!(longer(&format!("0123abc {fits}\n4567def {long}\n")), [format!("4567def {long}")]);
        assert!(longer("").is_empty());
    }
}
