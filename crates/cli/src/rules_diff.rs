//! `labeler rules diff`: shows the changes from one law pack to another, in texts and in verdicts, as HTML for lawyers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use labeler_checker::CheckRequest;
use labeler_checker::answers::parse_day;
use labeler_init::{files, say};
use labeler_rules::pack::PackSet;
use labeler_rules::{Context, Judgement, Outcome as RuleOutcome, Region, Role, RuleResult, Verdict};
use serde_json::Value;
use time::{Date, OffsetDateTime};

use crate::outcome::Outcome;
use crate::pack_file::{self, PackFile};
use crate::{answers, check};

/// Options of `labeler rules diff`.
#[derive(ClapArgs)]
pub struct Args {
    /// The old packs: a TOML or JSON file, a signed set, a folder of TOML files, or `embedded`.
    old: PathBuf,
    /// The new packs.
    new: PathBuf,
    /// Judge the files in this folder by both, and show the changed verdicts.
    #[arg(long, value_name = "FOLDER")]
    files: Option<PathBuf>,
    /// HTML file to write. Default: standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Apply the law of this day (YYYY-MM-DD) instead of today.
    #[arg(long, value_name = "DATE", value_parser = day, requires = "files")]
    as_of: Option<Date>,
    /// Role whose duties are judged.
    #[arg(long, requires = "files")]
    role: Option<Role>,
    #[command(flatten)]
    answers: answers::Args,
}

fn day(text: &str) -> Result<Date, String> {
    parse_day(text).ok_or_else(|| "must be a date written as YYYY-MM-DD".to_owned())
}

/// Writes the comparison.
pub fn run(args: &Args) -> Result<Outcome, String> {
    let old = pack_file::read(&args.old)?;
    let new = pack_file::read(&args.new)?;
    let mut html = head(args);
    words(&mut html, &old, &new);
    if args.files.is_some() {
        verdicts(&mut html, args, old, new)?;
    }
    html.push_str("</main>\n</body>\n</html>\n");
    match &args.output {
        Some(path) => files::write(path, html.as_bytes())?,
        None => say!("{html}"),
    }
    Ok(Outcome::Fine)
}

fn head(args: &Args) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Law packs: what changes</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Law packs: what changes</h1>\n\
         <p>From <code>{}</code> to <code>{}</code>. Struck out: gone. Underlined: new.</p>\n",
        escaped(&args.old.display().to_string()),
        escaped(&args.new.display().to_string()),
    )
}

const STYLE: &str = "\
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
caption { text-align: start; font-weight: 600; padding: .25rem 0; }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem; border: 1px solid; overflow-wrap: anywhere; }
th { font-weight: 600; }
th[scope=row] { width: 14rem; }
del { color: light-dark(#8a1010, #ff9a90); }
ins { color: light-dark(#0b5c1f, #86dc9a); }
code { overflow-wrap: anywhere; }
";

/// Texts of a pack, each with a description of its place.
type Entries = Vec<(String, String)>;

/// Writes the changes in the packs themselves.
fn words(html: &mut String, old: &[PackFile], new: &[PackFile]) {
    html.push_str("<h2>In words</h2>\n");
    let find = |packs: &[PackFile], id: &str| packs.iter().position(|file| file.pack.id == id);
    let ids: BTreeSet<&str> = old.iter().chain(new).map(|file| file.pack.id.as_str()).collect();
    for id in ids {
        let before = find(old, id).and_then(|index| old.get(index));
        let after = find(new, id).and_then(|index| new.get(index));
        let Some(named) = after.or(before) else { continue };
        let _ = writeln!(html, "<h3>{} (<code>{}</code>)</h3>", escaped(&named.pack.name), escaped(id));
        match (before, after) {
            (Some(before), Some(after)) if before.pack.hash == after.pack.hash => {
                let _ = writeln!(html, "<p>Nothing changes. SHA-256 <code>{}</code></p>", before.pack.hash);
                continue;
            }
            (Some(_), None) => html.push_str("<p>Not among the new packs.</p>\n"),
            (None, Some(_)) => html.push_str("<p>Not among the old packs.</p>\n"),
            _ => {}
        }
        if let (Some(before), Some(after)) = (before, after) {
            pack_words(html, before, after);
        }
    }
}

fn pack_words(html: &mut String, before: &PackFile, after: &PackFile) {
    let version = |file: &PackFile| format!("{}, SHA-256 {}", file.pack.version, file.pack.hash);
    let mut rows = rows(&header(&before.value), &header(&after.value));
    rows.insert(0, changed_row("Version", Some(&version(before)), Some(&version(after))));
    table(html, "The pack", &rows);
    for (name, list) in [("Source", "source"), ("Question", "question"), ("Gate", "gate"), ("Rule", "rule")] {
        let (old, new) = (by_id(&before.value, list), by_id(&after.value, list));
        let order: Vec<&String> = new.iter().chain(&old).map(|(id, _)| id).collect();
        let mut shown: BTreeSet<&str> = BTreeSet::new();
        for id in order {
            if !shown.insert(id) {
                continue;
            }
            let of = |list: &[(String, Entries)]| {
                list.iter().find(|(known, _)| known == id).map(|(_, entries)| entries.clone())
            };
            let (old, new) = (of(&old), of(&new));
            let caption = match (&old, &new) {
                (None, _) => format!("{name} {id}: new"),
                (_, None) => format!("{name} {id}: gone"),
                _ => format!("{name} {id}"),
            };
            table(html, &caption, &self::rows(&old.unwrap_or_default(), &new.unwrap_or_default()));
        }
    }
    let texts = |value: &Value| -> Entries {
        let texts = value.pointer("/text/en").and_then(Value::as_object);
        texts.into_iter().flatten().map(|(key, text)| (key.clone(), text_of(text))).collect()
    };
    table(html, "Other sentences", &self::rows(&texts(&before.value), &texts(&after.value)));
}

/// Returns the header of a pack and its policy for verdicts.
fn header(pack: &Value) -> Entries {
    let mut entries = Entries::new();
    for part in ["pack", "verdict"] {
        if let Some(value) = pack.get(part) {
            flatten("", value, &mut entries);
        }
    }
    entries.retain(|(place, _)| place != "version");
    entries
}

/// Returns the parts of a list by their ids, each as a list of places and texts.
fn by_id(pack: &Value, list: &str) -> Vec<(String, Entries)> {
    let items = pack.get(list).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .map(|item| {
            let mut entries = Entries::new();
            flatten("", item, &mut entries);
            entries.retain(|(place, _)| place != "id");
            // The order of rows affects the result, so changes of the order are shown.
            if let Some(rows) = item.get("case").and_then(Value::as_array) {
                let order: Vec<String> = rows.iter().map(|row| name_of("case", row, 0)).collect();
                entries.push(("order of the rows".to_owned(), order.join(", ")));
            }
            (text_of(item.get("id").unwrap_or(&Value::Null)), entries)
        })
        .collect()
}

/// Collects every text of a value with its place. Members of lists are named by their ids or by their first day.
fn flatten(place: &str, value: &Value, entries: &mut Entries) {
    let below = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}, {name}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| flatten(&below(name), value, entries)),
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let list = place.rsplit(", ").next().unwrap_or_default().to_owned();
            let parent = place.strip_suffix(&list).unwrap_or_default();
            for (index, item) in items.iter().enumerate() {
                let named = format!("{parent}{list} {}", name_of(&list, item, index));
                let mut inner = Entries::new();
                flatten(&named, item, &mut inner);
                inner.retain(|(place, _)| place.strip_prefix(&named) != Some(", id"));
                entries.extend(inner);
            }
        }
        value => entries.push((place.to_owned(), text_of(value))),
    }
}

fn name_of(list: &str, item: &Value, index: usize) -> String {
    let name = if list == "version" { item.get("from") } else { item.get("id") };
    name.map_or_else(|| (index + 1).to_string(), text_of)
}

/// Formats a value for people.
fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(", "),
        Value::Object(_) => value.to_string(),
    }
}

/// Row of a table: the place, and both texts as HTML.
type Row = (String, String);

fn rows(old: &Entries, new: &Entries) -> Vec<Row> {
    let find =
        |entries: &Entries, place: &str| entries.iter().find(|(known, _)| known == place).map(|(_, text)| text.clone());
    let mut places: Vec<&String> = Vec::new();
    for (place, _) in new.iter().chain(old) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
        .into_iter()
        .map(|place| (place, find(old, place), find(new, place)))
        .filter(|(_, old, new)| old != new)
        .map(|(place, old, new)| changed_row(place, old.as_deref(), new.as_deref()))
        .collect()
}

fn changed_row(place: &str, old: Option<&str>, new: Option<&str>) -> Row {
    let text = match (old, new) {
        (Some(old), Some(new)) => changed(old, new),
        (Some(old), None) => format!("<del>{}</del>", escaped(old)),
        (None, Some(new)) => format!("<ins>{}</ins>", escaped(new)),
        (None, None) => String::new(),
    };
    (place.to_owned(), text)
}

fn table(html: &mut String, caption: &str, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(html, "<table>\n<caption>{}</caption>", escaped(caption));
    for (place, text) in rows {
        let _ = writeln!(html, "<tr><th scope=\"row\">{}</th><td>{text}</td></tr>", escaped(place));
    }
    html.push_str("</table>\n");
}

/// Maximum length of a text, in words, for a comparison word by word.
const MAX_WORDS: usize = 600;

/// Merges two texts word by word. Removed words are struck out, added words are underlined.
fn changed(old: &str, new: &str) -> String {
    let old_words: Vec<&str> = old.split(' ').collect();
    let new_words: Vec<&str> = new.split(' ').collect();
    if old_words.len() > MAX_WORDS || new_words.len() > MAX_WORDS {
        return format!("<del>{}</del> <ins>{}</ins>", escaped(old), escaped(new));
    }
    let mut parts: Vec<(Part, Vec<&str>)> = Vec::new();
    for (part, word) in aligned(&old_words, &new_words) {
        match parts.last_mut() {
            Some((last, words)) if *last == part => words.push(word),
            _ => parts.push((part, vec![word])),
        }
    }
    let shown: Vec<String> = parts
        .into_iter()
        .map(|(part, words)| {
            let text = escaped(&words.join(" "));
            match part {
                Part::Kept => text,
                Part::Gone => format!("<del>{text}</del>"),
                Part::New => format!("<ins>{text}</ins>"),
            }
        })
        .collect();
    shown.join(" ")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Kept,
    Gone,
    New,
}

/// Returns every word of both texts in order, using their longest common subsequence.
fn aligned<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(Part, &'a str)> {
    let width = new.len() + 1;
    let at = |row: usize, column: usize| row * width + column;
    let mut common = vec![0u32; (old.len() + 1) * width];
    let get = |common: &[u32], index: usize| common.get(index).copied().unwrap_or_default();
    for (row, old_word) in old.iter().enumerate().rev() {
        for (column, new_word) in new.iter().enumerate().rev() {
            let value = if old_word == new_word {
                get(&common, at(row + 1, column + 1)) + 1
            } else {
                get(&common, at(row + 1, column)).max(get(&common, at(row, column + 1)))
            };
            if let Some(cell) = common.get_mut(at(row, column)) {
                *cell = value;
            }
        }
    }
    let (mut row, mut column) = (0, 0);
    let mut out = Vec::with_capacity(old.len() + new.len());
    loop {
        match (old.get(row), new.get(column)) {
            (Some(one), Some(other)) if one == other => {
                out.push((Part::Kept, *one));
                row += 1;
                column += 1;
            }
            (Some(one), other)
                if other.is_none() || get(&common, at(row + 1, column)) >= get(&common, at(row, column + 1)) =>
            {
                out.push((Part::Gone, *one));
                row += 1;
            }
            (_, Some(other)) => {
                out.push((Part::New, *other));
                column += 1;
            }
            _ => return out,
        }
    }
}

/// Writes the changes in the verdicts about files.
fn verdicts(html: &mut String, args: &Args, old: Vec<PackFile>, new: Vec<PackFile>) -> Result<(), String> {
    let Some(folder) = &args.files else { return Ok(()) };
    let now = OffsetDateTime::from_unix_timestamp(files::now()).map_err(|e| e.to_string())?;
    let mut context = Context::new(now.date());
    args.answers.read_file(&mut context)?;
    args.answers.apply(&mut context)?;
    context.as_of = args.as_of.unwrap_or(context.as_of);
    context.role = args.role.unwrap_or(context.role);
    let set = |packs: Vec<PackFile>| {
        PackSet::reviewed(packs.into_iter().map(|file| file.pack).collect()).map_err(|error| error.to_string())
    };
    let (old, new) = (set(old)?, set(new)?);
    let mut checked = 0usize;
    let mut unread: Vec<String> = Vec::new();
    let mut changes: Vec<(String, BTreeMap<Region, RegionChange>)> = Vec::new();
    for path in check::files_in(folder)? {
        let mut request = CheckRequest::at(now);
        request.context = Some(context.clone());
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        request.filename = Some(name.clone());
        let source = std::fs::File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let evidence = match labeler_checker::evidence(&mut std::io::BufReader::new(source), &request) {
            Ok(evidence) => evidence,
            Err(error) => {
                unread.push(format!("{name}: {error}"));
                continue;
            }
        };
        checked += 1;
        let regions = region_changes(&old.judge(&evidence, &context), &new.judge(&evidence, &context));
        if !regions.is_empty() {
            changes.push((name, regions));
        }
    }
    let answered = answers::as_options(&context).join(" ");
    let answered = if answered.is_empty() { "no answers".to_owned() } else { answered };
    let _ = writeln!(
        html,
        "<h2>In verdicts</h2>\n<p>Files: {checked}, judged by the law of {} for a {}, {}. Files with a change: {}.</p>",
        context.as_of,
        context.role.id(),
        escaped(&answered),
        changes.len(),
    );
    for (name, regions) in &changes {
        let _ = writeln!(html, "<h3>{}</h3>", escaped(name));
        for (region, change) in regions {
            let (old, new) = (verdict_word(change.verdict.0), verdict_word(change.verdict.1));
            let mut rows = vec![
                changed_row("Verdict", Some(old), Some(new)),
                changed_row("Sentence", Some(&change.sentence.0), Some(&change.sentence.1)),
            ];
            rows.extend(change.rules.iter().map(|(id, old, new)| changed_row(id, old.as_deref(), new.as_deref())));
            table(html, region.id(), &rows);
        }
    }
    if !unread.is_empty() {
        html.push_str("<h3>Files that could not be read</h3>\n<ul>\n");
        unread.iter().for_each(|line| {
            let _ = writeln!(html, "<li>{}</li>", escaped(line));
        });
        html.push_str("</ul>\n");
    }
    Ok(())
}

struct RegionChange {
    verdict: (Verdict, Verdict),
    sentence: (String, String),
    /// Rules with a changed outcome or reason: id, old, new.
    rules: Vec<(String, Option<String>, Option<String>)>,
}

fn region_changes(old: &Judgement, new: &Judgement) -> BTreeMap<Region, RegionChange> {
    let mut changes = BTreeMap::new();
    for (region, after) in &new.regions {
        let Some(before) = old.regions.get(region) else { continue };
        let said = |rules: &[RuleResult], id: &str| {
            rules
                .iter()
                .find(|rule| rule.id == id)
                .map(|rule| format!("{}: {}", outcome_word(rule.outcome), rule.message.text))
        };
        let ids: BTreeSet<&str> = before.rules.iter().chain(&after.rules).map(|rule| rule.id.as_str()).collect();
        let rules: Vec<_> = ids
            .into_iter()
            .map(|id| (id.to_owned(), said(&before.rules, id), said(&after.rules, id)))
            .filter(|(_, old, new)| old != new)
            .collect();
        let sentence = (before.sentence.text.clone(), after.sentence.text.clone());
        if before.verdict != after.verdict || sentence.0 != sentence.1 || !rules.is_empty() {
            changes.insert(*region, RegionChange { verdict: (before.verdict, after.verdict), sentence, rules });
        }
    }
    changes
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Undetermined => "open",
        Verdict::NotApplicable => "not applicable",
    }
}

fn outcome_word(outcome: RuleOutcome) -> &'static str {
    match outcome {
        RuleOutcome::Pass => "pass",
        RuleOutcome::Fail => "fail",
        RuleOutcome::Undetermined => "open",
        RuleOutcome::NotApplicable => "not applicable",
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_changed_words_and_keeps_the_others() {
        assert_eq!(changed("a mark is there", "a seen mark is there"), "a <ins>seen</ins> mark is there");
        assert_eq!(changed("a b c", "a c"), "a <del>b</del> c");
        assert_eq!(changed("<b>", "<i>"), "<del>&lt;b&gt;</del> <ins>&lt;i&gt;</ins>");
        assert_eq!(changed("same", "same"), "same");
    }
}
