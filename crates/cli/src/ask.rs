//! `labeler check --ask`: asks the open questions, one at a time, until none is open.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};

use labeler_checker::Checked;
use labeler_checker::answers::{AnswerField, AnswerKind};
use labeler_rules::{Context, Question};

/// Asks the questions of the open verdicts, judges all files again after each answer, and returns the context with the
/// answers. An answer applies to every file. An empty line leaves a question open; `q` or the end of the input leaves
/// all remaining questions open.
pub fn interview(
    files: &mut [Checked],
    context: &Context,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Context> {
    let mut context = context.clone();
    let mut asked = BTreeSet::new();
    while let Some((question, count)) = next(files, &asked) {
        asked.insert(question.id.clone());
        let Some(field) = AnswerField::named(&question.answer) else { continue };
        writeln!(out, "{}", question.text.text)?;
        if let Some(help) = &question.help {
            writeln!(out, "  {}", help.text)?;
        }
        if files.len() > 1 {
            writeln!(out, "  Asked for {count} of {} files; the answer applies to all of them.", files.len())?;
        }
        match answer(field, &mut context, input, out)? {
            Reply::Given => files.iter_mut().for_each(|file| file.judge_again(&context)),
            Reply::Open => {}
            Reply::Quit => break,
        }
    }
    Ok(context)
}

enum Reply {
    Given,
    Open,
    Quit,
}

fn answer(
    field: &AnswerField,
    context: &mut Context,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> io::Result<Reply> {
    let choice = match field.kind() {
        AnswerKind::YesNo => "yes, no",
        AnswerKind::Involvement => "created, altered",
        AnswerKind::Day => "YYYY-MM-DD",
        AnswerKind::Name => "the name",
    };
    loop {
        write!(out, "  {choice}; Enter if unknown, q to stop: ")?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(out)?;
            return Ok(Reply::Quit);
        }
        let text = match (field.kind(), line.trim()) {
            (_, "") | (_, "unknown") => return Ok(Reply::Open),
            (_, "q") => return Ok(Reply::Quit),
            (AnswerKind::YesNo, "y") => "yes",
            (AnswerKind::YesNo, "n") => "no",
            (_, text) => text,
        };
        match field.set(context, text) {
            Ok(()) => return Ok(Reply::Given),
            Err(error) => writeln!(out, "  The answer {}.", error.problem)?,
        }
    }
}

/// Returns the unasked question that settles most in all files together, and the number of files that ask it. Among
/// equal questions, the order of the judgement decides.
fn next(files: &[Checked], asked: &BTreeSet<String>) -> Option<(Question, usize)> {
    let mut open: Vec<(Question, u32, usize)> = Vec::new();
    for question in files.iter().flat_map(|file| &file.report.questions) {
        if asked.contains(&question.id) {
            continue;
        }
        match open.iter_mut().find(|(known, ..)| known.id == question.id) {
            Some((_, settles, count)) => {
                *settles = settles.saturating_add(question.settles);
                *count += 1;
            }
            None => open.push((question.clone(), question.settles, 1)),
        }
    }
    // Takes the first of equals; `max_by_key` alone would take the last.
    open.into_iter().rev().max_by_key(|(_, settles, _)| *settles).map(|(question, _, count)| (question, count))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Cursor;

    use labeler_checker::{CheckRequest, check_with_facts, look_here};
    use labeler_media::fixtures::{self, Parts};
    use labeler_rules::{Answer, Region, Verdict};
    use time::macros::datetime;

    use super::*;

    fn photo(regions: &[Region]) -> (Checked, Context) {
        let now = datetime!(2026-11-30 10:00 UTC);
        let mut request = CheckRequest::at(now);
        let mut context = Context::new(now.date());
        context.regions = regions.iter().copied().collect();
        request.context = Some(context.clone());
        let file = fixtures::jpeg(&Parts::default());
        (check_with_facts(&mut Cursor::new(file), &request, &mut look_here).unwrap(), context)
    }

    fn run(files: &mut [Checked], context: &Context, typed: &str) -> (Context, String) {
        let mut out = Vec::new();
        let answered = interview(files, context, &mut typed.as_bytes(), &mut out).unwrap();
        (answered, String::from_utf8(out).unwrap())
    }

    #[test]
    fn the_answer_no_settles_every_region_and_ends_the_interview() {
        let (photo, context) = photo(&Region::ALL);
        let mut files = [photo];
        assert!(files[0].report.verdicts.values().any(|v| v.verdict == Verdict::Undetermined));
        let (answered, said) = run(&mut files, &context, "perhaps\nn\n");
        assert_eq!(answered.is_ai, Answer::No);
        assert!(files[0].report.verdicts.values().all(|v| v.verdict == Verdict::NotApplicable), "{said}");
        assert_eq!(said.matches("AI make or alter this?").count(), 1, "{said}");
        assert!(said.contains("must be yes, no or unknown"), "{said}");
        assert!(files[0].report.questions.is_empty());
    }

    #[test]
    fn asks_each_question_once_and_allows_it_to_stay_open() {
        let (photo, context) = photo(&[Region::California]);
        let mut files = [photo.clone(), photo];
        let (answered, said) = run(&mut files, &context, "\n\n\n\n\n\n\n\n");
        assert_eq!(answered, context);
        assert_eq!(said.matches("AI make or alter this?").count(), 1, "{said}");
        assert!(said.contains("2 of 2 files"), "{said}");
        // A yes opens further questions; `q` ends all of them.
        let (answered, said) = run(&mut files, &context, "yes\nq\nyes\nyes\n");
        assert_eq!(answered.is_ai, Answer::Yes);
        assert_eq!(said.matches("q to stop").count(), 2, "{said}");
    }
}
