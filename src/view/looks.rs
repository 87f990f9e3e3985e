//! How the page looks as a whole, and what it says to a newcomer.

/// The colours, and how large and wide things are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// White, with wide strokes and large type, for a hall.
    Projector,
}

/// The first ten seconds: what to do next, and a question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guide {
    /// Nothing happened yet.
    pub start: bool,
    /// A question is asked: 1 or 2.
    pub answers: bool,
    /// What an answer gets to hear first.
    pub said: &'static str,
    /// What to look at.
    pub text: &'static str,
    /// What → does.
    pub go: &'static str,
    /// It ends with that.
    pub ends: bool,
}
