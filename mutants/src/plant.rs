//! One source text with all mistakes of a file in it, each behind a question whether it is on: so
//! the tree is compiled once, not once a mistake.

use crate::make::{Made, Mutant, Shape};
use std::ops::Range;

/// What the questions call. It goes to the end of `src/lib.rs`.
pub const SWITCH: &str = "
/// Which planted mistake is on.
#[doc(hidden)]
pub mod planted {
    use std::sync::LazyLock;
    static ON: LazyLock<u32> = LazyLock::new(|| {
        std::env::var(\"CTSCOPE_MUTANT\").ok().and_then(|it| it.parse().ok()).unwrap_or(0)
    });
    #[inline]
    pub fn on(number: u32) -> bool {
        *ON == number
    }
}
";

/// A planted file.
#[derive(Debug, Default)]
pub struct Planted {
    /// Its text.
    pub text: String,
    /// By mistake: bytes of `text` that are there because of it, to know whose a compiler's error
    /// is. Of two that hold an error the shorter one is to blame.
    pub places: Vec<(u32, Range<usize>)>,
}

/// Writes the mistakes of one file, each with its number, into its source.
pub fn plant(source: &str, made: &Made, numbered: &[(u32, &Mutant)]) -> Planted {
    let mut edits: Vec<Edit<'_>> = made
        .consts
        .iter()
        .map(|range| Edit {
            range: range.clone(),
            mutants: Vec::new(),
        })
        .collect();
    for (number, mutant) in numbered {
        match edits.iter_mut().find(|edit| edit.fits(mutant)) {
            Some(edit) => edit.mutants.push((*number, mutant)),
            None => edits.push(Edit {
                range: mutant.range.clone(),
                mutants: vec![(*number, mutant)],
            }),
        }
    }
    // Outer ones first.
    edits.sort_by_key(|edit| (edit.range.start, usize::MAX - edit.range.end));
    let mut planted = Planted::default();
    render(source, 0..source.len(), &edits, &mut planted);
    planted
}

/// All mistakes at one place.
struct Edit<'a> {
    range: Range<usize>,
    mutants: Vec<(u32, &'a Mutant)>,
}

impl Edit<'_> {
    fn fits(&self, mutant: &Mutant) -> bool {
        let dropped = |it: &Mutant| it.shape == Shape::Dropped;
        self.range == mutant.range
            && self
                .mutants
                .first()
                .is_some_and(|(_, it)| dropped(it) == dropped(mutant))
    }
}

/// Writes `range` of the source with the edits in it, which are sorted.
fn render(source: &str, range: Range<usize>, edits: &[Edit<'_>], out: &mut Planted) {
    let mut at = range.start;
    let mut rest = edits;
    while let Some((edit, behind)) = rest.split_first() {
        let inner = behind
            .iter()
            .take_while(|it| it.range.start < edit.range.end)
            .count();
        out.text += &source[at..edit.range.start];
        let whole = out.text.len();
        for (number, mutant) in &edit.mutants {
            let own = out.text.len();
            let text = match &mutant.shape {
                Shape::Instead(text) if own == whole => {
                    format!("(if crate::planted::on({number}) {{ {text} }} else ")
                }
                Shape::Instead(text) => {
                    format!("if crate::planted::on({number}) {{ {text} }} else ")
                }
                Shape::Dropped => format!("if !crate::planted::on({number}) "),
                Shape::NeverFits => format!(" if !crate::planted::on({number})"),
                Shape::Returns(value) => {
                    format!(" if crate::planted::on({number}) {{ return {value}; }}")
                }
            };
            out.text += &text;
            out.places.push((*number, own..out.text.len()));
        }
        let braces = match edit.mutants.first().map(|(_, it)| &it.shape) {
            Some(Shape::Instead(_)) => ["{ ", " })"],
            Some(Shape::Dropped) => ["{ ", " }"],
            _ => ["", ""],
        };
        // A `const` has no mistakes, and goes.
        if !edit.mutants.is_empty() {
            out.text += braces[0];
            render(source, edit.range.clone(), &behind[..inner], out);
            out.text += braces[1];
        }
        for (number, _) in &edit.mutants {
            out.places.push((*number, whole..out.text.len()));
        }
        at = edit.range.end;
        rest = &behind[inner..];
    }
    out.text += &source[at..range.end];
}
