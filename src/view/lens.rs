//! Lenses: other ways to look at the same moment. Each takes the place of the stage and is a view
//! of the running machine; what is not looked at is not made.

use super::compare::{Against, CompareModel, compare};
use super::scene::Scene;
use super::stage::Viewport;
use std::rc::Rc;

/// A way to look at the moment. Those with a number are the article's figures.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lens {
    /// The stage: packet path, table, lists and cards.
    #[default]
    Machine,
    /// Figure 1: the bytes of a packet, and the tuple that is read out of them.
    Packet,
    /// Figure 2: `nf_conn`, with its fields and extensions.
    Connection,
    /// Figure 3: the lookup, by its numbers, on the stage.
    Lookup,
    /// Figure 4: a new connection, by its numbers, on the stage.
    Create,
    /// Figure 5: confirm, by its numbers, on the stage.
    Confirm,
    /// Figure 6: a life, with every connection where it stands.
    Life,
    /// From the fields of a tuple to its bucket, bit by bit.
    Hash,
    /// The protocol of a connection: its states, and its windows.
    Protocol,
    /// What belongs together: NAT, expectations, zones, namespaces.
    Relations,
    /// The whole table at once.
    Table,
    /// Two runs side by side: two kernels, or two branches.
    Compare,
}

/// How a lens is called.
struct Named {
    lens: Lens,
    /// In links.
    word: &'static str,
    /// On its button.
    label: &'static str,
    /// In a sentence: what is to be seen.
    title: &'static str,
    /// Number of the article's figure.
    figure: Option<u8>,
}

const fn named(
    lens: Lens,
    word: &'static str,
    label: &'static str,
    title: &'static str,
    figure: Option<u8>,
) -> Named {
    Named {
        lens,
        word,
        label,
        title,
        figure,
    }
}

/// In the order of the bar.
const NAMED: [Named; 2] = [
    named(
        Lens::Machine,
        "machine",
        "Machine",
        "The packet path, the hash table, the lists and the connections",
        None,
    ),
    named(
        Lens::Compare,
        "compare",
        "Compare",
        "The same packets on two kernels, or two branches, side by side",
        None,
    ),
];

impl Lens {
    /// Those that can be chosen, in the order of the bar.
    pub fn all() -> impl Iterator<Item = Lens> {
        NAMED.iter().map(|named| named.lens)
    }

    fn named(self) -> &'static Named {
        let found = NAMED.iter().find(|named| named.lens == self);
        found.unwrap_or(&NAMED[0])
    }

    /// Its word in links: `life`.
    pub fn word(self) -> &'static str {
        self.named().word
    }

    /// The lens of that word in a link.
    pub fn from_word(word: &str) -> Option<Lens> {
        let found = NAMED.iter().find(|named| named.word == word);
        found.map(|named| named.lens)
    }

    /// What its button says.
    pub fn label(self) -> &'static str {
        self.named().label
    }

    /// What there is to see, in a few words.
    pub fn title(self) -> &'static str {
        self.named().title
    }

    /// The article's figure that it is.
    pub fn figure(self) -> Option<u8> {
        self.named().figure
    }

    /// The lens of a figure, 1 to 6.
    pub fn of_figure(figure: u8) -> Option<Lens> {
        let found = NAMED.iter().find(|named| named.figure == Some(figure));
        found.map(|named| named.lens)
    }
}

/// What a lens is made from.
#[derive(Clone, Debug)]
pub struct Looking<'a> {
    /// The moment.
    pub scene: &'a Scene<'a>,
    /// The box that it is seen through.
    pub viewport: Viewport,
    /// What it is compared with.
    pub against: &'a Against<'a>,
}

/// What is seen through the lens.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum LensModel {
    /// The stage, which has a model of its own.
    #[default]
    Stage,
    /// Two runs.
    Compare(Rc<CompareModel>),
}

/// The moment, seen through a lens.
pub fn lens(lens: Lens, looking: &Looking) -> LensModel {
    match lens {
        Lens::Machine
        | Lens::Packet
        | Lens::Connection
        | Lens::Lookup
        | Lens::Create
        | Lens::Confirm
        | Lens::Life
        | Lens::Hash
        | Lens::Protocol
        | Lens::Relations
        | Lens::Table => LensModel::Stage,
        Lens::Compare => LensModel::Compare(Rc::new(compare(looking))),
    }
}
