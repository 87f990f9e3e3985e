//! Keys, in one table that serves the handler and the help page.

use super::msg::{Effect, Key, Msg};
use super::present::Show;
use crate::view::model::{Grain, Lens, Panel};
use crate::words::{Plain, app as w};

/// What a key does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Does {
    /// The same as this message.
    Tell(Msg),
    /// One move of a grain, forward or back.
    Move(Grain, bool),
    /// An effect only.
    Effect(Effect),
    /// Opens a panel, or closes it.
    Toggle(Panel),
}

impl Does {
    /// It looks elsewhere in the run, and opens and changes nothing.
    pub fn only_moves(&self) -> bool {
        matches!(
            self,
            Does::Move(..)
                | Does::Tell(
                    Msg::StepForward
                        | Msg::StepBack
                        | Msg::NextEvent
                        | Msg::PreviousEvent
                        | Msg::First
                        | Msg::Last
                        | Msg::TogglePlay
                )
        )
    }
}

/// A row of the table: keys as `KeyboardEvent.key` names them, Shift, Ctrl, and how they are
/// written on the help page. Shift `None`: whether it is down does not matter.
struct Row {
    keys: &'static [&'static str],
    shift: Option<bool>,
    ctrl: bool,
    does: fn() -> Does,
}

const fn row(keys: &'static [&'static str], shift: Option<bool>, does: fn() -> Does) -> Row {
    Row {
        keys,
        shift,
        ctrl: false,
        does,
    }
}

const fn ctrl(keys: &'static [&'static str], shift: Option<bool>, does: fn() -> Does) -> Row {
    Row {
        keys,
        shift,
        ctrl: true,
        does,
    }
}

const ROWS: &[Row] = &[
    row(&["ArrowRight"], Some(false), || {
        Does::Tell(Msg::StepForward)
    }),
    row(&["ArrowLeft"], Some(false), || Does::Tell(Msg::StepBack)),
    row(&["ArrowRight"], Some(true), || Does::Tell(Msg::NextEvent)),
    row(&["ArrowLeft"], Some(true), || {
        Does::Tell(Msg::PreviousEvent)
    }),
    row(&["PageDown"], None, || Does::Move(Grain::Phase, true)),
    row(&["PageUp"], None, || Does::Move(Grain::Phase, false)),
    row(&[" "], None, || Does::Tell(Msg::TogglePlay)),
    row(&["Home"], None, || Does::Tell(Msg::First)),
    row(&["End"], None, || Does::Tell(Msg::Last)),
    row(&["n", "N"], None, || Does::Tell(Msg::SendPacket)),
    row(&["t", "T"], Some(false), || {
        Does::Tell(Msg::Run("advance 1j".to_owned()))
    }),
    row(&["t", "T"], Some(true), || {
        Does::Tell(Msg::Run("advance next".to_owned()))
    }),
    row(&["g", "G"], None, || Does::Tell(Msg::Run("gc".to_owned()))),
    row(&["b", "B"], None, || Does::Tell(Msg::SwitchBack)),
    row(&["/"], None, || Does::Effect(Effect::Focus("console"))),
    row(&["l", "L"], None, || Does::Tell(Msg::CopyLink)),
    row(&["e", "E"], None, || Does::Toggle(Panel::Share)),
    row(&["0"], None, || Does::Tell(Msg::SetLens(Lens::Machine))),
    row(&["?"], None, || Does::Toggle(Panel::Help)),
    row(&["d", "D"], None, || Does::Toggle(Panel::Described)),
    row(&["p", "P"], None, || Does::Tell(Msg::Present(Show::Toggle))),
    row(&["Escape"], None, || Does::Tell(Msg::SetPanel(Panel::None))),
    ctrl(&["z", "Z"], Some(false), || Does::Tell(Msg::Undo)),
    ctrl(&["z", "Z"], Some(true), || Does::Tell(Msg::Redo)),
    ctrl(&["y", "Y"], None, || Does::Tell(Msg::Redo)),
];

/// Keys and what they do, for the help page.
pub const KEYS: &[(&str, Plain)] = &[
    ("→ ←", w::ONE_STEP_FORWARD_BACK),
    ("Shift+→ Shift+←", w::TO_THE_NEXT_THE),
    ("PgDn PgUp", w::TO_THE_NEXT_THE_PREVIOUS),
    ("Space", w::PLAY_PAUSE),
    ("Home End", w::TO_THE_FIRST_THE),
    ("N", w::SEND_THE_PACKET_OF),
    ("T", w::ADVANCE_BY_1_JIFFY),
    ("Shift+T", w::ADVANCE_TO_THE_NEXT),
    ("G", w::RUN_GC),
    ("B", w::BACK_TO_THE_BRANCH),
    ("/", w::COMMAND_LINE),
    ("L", w::COPY_THE_LINK_TO),
    ("E", w::SHARE_AND_EXPORT),
    ("Ctrl+Z Ctrl+Shift+Z", w::UNDO_REDO),
    ("0", w::THE_MACHINE),
    ("Enter", w::WITH_THE_FOCUS_ON),
    ("D", w::DESCRIBE_ALL_IN_WORDS),
    ("1 to 6", w::THE_ARTICLES_FIGURE_OF),
    ("P", w::PRESENT_FOR_A_HALL),
    ("?", w::THIS_HELP),
    ("Escape", w::CLOSE_A_PANEL_LEAVE),
];

/// What a key press does, if anything.
pub(super) fn does(pressed: &Key) -> Option<Does> {
    let fits = |row: &&Row| {
        row.keys.contains(&pressed.key.as_str())
            && row.ctrl == pressed.ctrl
            && row.shift.is_none_or(|shift| shift == pressed.shift)
    };
    let figure = || {
        let digit = pressed.key.parse().ok().filter(|_| !pressed.ctrl)?;
        Lens::of_figure(digit).map(|lens| Does::Tell(Msg::SetLens(lens)))
    };
    let row = ROWS.iter().find(fits).map(|row| (row.does)());
    row.or_else(figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str, shift: bool, ctrl: bool) -> Key {
        Key {
            key: key.to_owned(),
            shift,
            ctrl,
        }
    }

    #[test]
    fn no_row_hides_another() {
        for (nth, row) in ROWS.iter().enumerate() {
            for name in row.keys {
                let shift = row.shift.unwrap_or(false);
                let pressed = key(name, shift, row.ctrl);
                assert_eq!(does(&pressed), Some((ROWS[nth].does)()), "{pressed:?}");
            }
        }
    }

    #[test]
    fn a_key_with_ctrl_is_not_the_key_without() {
        assert_eq!(does(&key("l", false, true)), None);
        assert_eq!(does(&key("z", false, false)), None);
        assert_eq!(does(&key("Z", true, true)), Some(Does::Tell(Msg::Redo)));
    }
}
