//! Which key presses are for the application, and which are left to the browser.

use crate::app::Key;

/// Where the focus is when a key is pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// A text field or a list to choose from: keys belong to it.
    Field,
    /// A text field with nothing in it: keys that move in text have nothing to do there.
    EmptyField,
    /// The box of the stage: Enter goes in.
    Stage,
    /// Something in the stage, come to by keys: arrows go on from there.
    Inside,
    /// A button: Enter and Space press it.
    Button,
    /// A dialog over the page: only Escape leaves it.
    Dialog,
    /// Anywhere else.
    Page,
}

/// What to do with a key press.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Nothing: it is the browser's.
    Leave,
    /// Give the focus back from the field to the page.
    LeaveField,
    /// Go into the stage.
    EnterStage,
    /// Come out of it.
    LeaveStage,
    /// Go to what is next to it in the stage.
    Walk,
    /// Tell the application; the browser may act too.
    Tell,
    /// Tell the application, and keep the browser from scrolling or searching.
    Take,
}

/// Keys with a name that the application knows, and that would scroll the page.
const NAMED: [&str; 6] = [
    "ArrowLeft",
    "ArrowRight",
    "Home",
    "End",
    "PageUp",
    "PageDown",
];

/// What happens with this key, pressed at this place.
pub fn answer(key: &Key, place: Place) -> Answer {
    if key.key == "Escape" {
        return match place {
            Place::Field | Place::EmptyField => Answer::LeaveField,
            Place::Inside => Answer::LeaveStage,
            _ => Answer::Tell,
        };
    }
    if place == Place::EmptyField {
        let moves = NAMED.contains(&key.key.as_str()) && !key.ctrl;
        return if moves { Answer::Take } else { Answer::Leave };
    }
    if matches!(place, Place::Field | Place::Dialog) {
        return Answer::Leave;
    }
    if key.ctrl {
        let edits = matches!(key.key.as_str(), "z" | "Z" | "y" | "Y");
        return if edits { Answer::Take } else { Answer::Leave };
    }
    match key.key.as_str() {
        "Enter" if place == Place::Stage => Answer::EnterStage,
        name if place == Place::Inside && name.starts_with("Arrow") && !key.shift => Answer::Walk,
        " " if matches!(place, Place::Button | Place::Inside) => Answer::Leave,
        " " | "/" => Answer::Take,
        name if NAMED.contains(&name) => Answer::Take,
        name if name.chars().count() == 1 => Answer::Tell,
        _ => Answer::Leave,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, ctrl: bool, place: Place, expected: Answer) {
        let key = Key {
            key: key.to_owned(),
            shift: false,
            ctrl,
        };
        assert_eq!(answer(&key, place), expected, "{key:?} at {place:?}");
    }

    #[test]
    fn a_field_keeps_its_keys_and_escape_leaves_it() {
        check("n", false, Place::Field, Answer::Leave);
        check("ArrowRight", false, Place::Field, Answer::Leave);
        check("z", true, Place::Field, Answer::Leave);
        check("Escape", false, Place::Field, Answer::LeaveField);
    }

    #[test]
    fn one_can_step_right_after_a_command_was_run() {
        check("ArrowRight", false, Place::EmptyField, Answer::Take);
        check("End", false, Place::EmptyField, Answer::Take);
        check("t", false, Place::EmptyField, Answer::Leave);
        check("z", true, Place::EmptyField, Answer::Leave);
        check("Escape", false, Place::EmptyField, Answer::LeaveField);
    }

    #[test]
    fn step_keys_work_with_the_focus_on_a_button() {
        check("ArrowRight", false, Place::Button, Answer::Take);
        check("PageDown", false, Place::Button, Answer::Take);
        check(" ", false, Place::Button, Answer::Leave);
        check("Enter", false, Place::Button, Answer::Leave);
    }

    #[test]
    fn arrows_walk_in_the_stage_and_step_outside() {
        check("Enter", false, Place::Stage, Answer::EnterStage);
        check("ArrowDown", false, Place::Inside, Answer::Walk);
        check("ArrowRight", false, Place::Inside, Answer::Walk);
        check("ArrowRight", false, Place::Stage, Answer::Take);
        check("ArrowDown", false, Place::Stage, Answer::Leave);
        check("PageDown", false, Place::Inside, Answer::Take);
        check("Escape", false, Place::Inside, Answer::LeaveStage);
        check("Escape", false, Place::Stage, Answer::Tell);
    }

    #[test]
    fn the_browser_keeps_its_own_shortcuts() {
        check("l", true, Place::Page, Answer::Leave);
        check("Tab", false, Place::Page, Answer::Leave);
        check("F5", false, Place::Page, Answer::Leave);
        check("z", true, Place::Page, Answer::Take);
    }

    #[test]
    fn a_dialog_is_left_by_escape_only() {
        check("g", false, Place::Dialog, Answer::Leave);
        check("Escape", false, Place::Dialog, Answer::Tell);
    }
}
