//! What a lecture shows: one beat at a time for the hall, and the notes for who speaks.

/// What a hall sees of a beat.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Present {
    /// What is presented: the lesson, or the scenario.
    pub title: String,
    /// The beat's own title, if it has one.
    pub heading: String,
    /// The sentence, or the question.
    pub what: String,
    /// Why, or because; may be empty.
    pub because: String,
    /// What is to be known: words with what they mean, or points by themselves.
    pub list: Vec<(String, String)>,
    /// What an operator would see: the command, and its lines.
    pub tool: Option<(&'static str, Vec<String>)>,
    /// A question is asked.
    pub question: Option<Question>,
    /// The beats, or those around.
    pub dots: Vec<Dot>,
    /// The same in words.
    pub spoken: String,
    /// What happens where: `SYN`, `Figure 3, step 5`, `PREROUTING`.
    pub place: Vec<String>,
    /// The large counter.
    pub counter: String,
    /// The key that was pressed last, as it is written on it; empty before the first.
    pub key: &'static str,
    /// Nothing is to be seen.
    pub blank: bool,
    /// Only what the beat is about is at full strength.
    pub spot: bool,
    /// Nothing comes before.
    pub at_start: bool,
    /// Nothing comes after.
    pub at_end: bool,
    /// The kernel: `5.10`.
    pub kernel: &'static str,
}

/// A question to the hall.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    /// What to choose from; empty if the answer is given on the picture, or is a number.
    pub choices: Vec<Choice>,
    /// How to answer: hands, phones, pointing.
    pub how: &'static str,
    /// The right answer in words, once it is revealed; else empty.
    pub answer: String,
}

/// Something to choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// `A`.
    pub letter: char,
    /// What it says.
    pub text: String,
    /// Why it is right or wrong, once it is revealed; else empty.
    pub why: String,
    /// Right or wrong, once it is revealed.
    pub right: Option<bool>,
}

/// A beat in the row of beats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dot {
    /// Its shape.
    pub kind: DotKind,
    /// Where it is.
    pub when: When,
}

/// Shapes of beats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DotKind {
    /// Something to see: a disc.
    Beat,
    /// A question: a diamond.
    Ask,
    /// A whole event, whose beats are not shown: a bar.
    Event,
    /// More of them, left out.
    More,
}

/// Where a beat is, seen from the one that is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// It was.
    Done,
    /// It is this one.
    Now,
    /// It comes.
    Ahead,
}

/// What the second window shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notes {
    /// What there is to say about the main window, if it shows no beat; else empty.
    pub trouble: String,
    /// The main window shows nothing at the moment.
    pub blank: bool,
    /// What is presented.
    pub title: String,
    /// Where: `5 / 9`.
    pub counter: String,
    /// The beat's title.
    pub heading: String,
    /// Its sentence.
    pub what: String,
    /// What to say.
    pub notes: Vec<String>,
    /// What the hall chooses from.
    pub choices: Vec<String>,
    /// The answer to the question that is asked.
    pub answer: String,
    /// The next beat: title and sentence; empty at the end.
    pub next: (String, String),
    /// Since the timer was set: `12:34`.
    pub timer: String,
    /// The time of day: `14:05`.
    pub clock: String,
}
