//! The members of the engine's enumerations and flag sets, and the names of integer constants:
//! what a wrong one can be mistaken for.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Expr, Fields, ImplItem, Item, ItemImpl, Lit, Type};

/// Sets whose members only tell a viewer what was done, or name the kernel that is played.
const TOLD_ONLY: [&str; 9] = [
    "DeleteCause",
    "Difference",
    "DropCause",
    "Ignored",
    "Profile",
    "Reason",
    "Step",
    "Walker",
    "L3",
];

/// Members without data by the name of their enumeration or flag set, in the order of the source.
#[derive(Debug, Default)]
pub struct Members {
    sets: BTreeMap<String, Vec<String>>,
}

impl Members {
    /// Adds what a file declares.
    pub fn read(&mut self, file: &syn::File) {
        for item in &file.items {
            match item {
                Item::Enum(set) => {
                    let units = set
                        .variants
                        .iter()
                        .filter(|variant| matches!(variant.fields, Fields::Unit))
                        .map(|variant| variant.ident.to_string());
                    self.add(set.ident.to_string(), units.collect());
                }
                // Constants of the type itself are members too.
                Item::Impl(item) if item.trait_.is_none() => self.read_constants(item),
                // The settings: `Member = …` without more.
                Item::Macro(item) if item.mac.path.is_ident("settings") => {
                    self.add("Sysctl".to_owned(), assigned(item.mac.tokens.clone()));
                }
                // `bitflags!` and `named!`: a set, and in braces `MEMBER = …`.
                Item::Macro(item) => self.read_macro(item.mac.tokens.clone()),
                _ => {}
            }
        }
    }

    fn read_constants(&mut self, item: &ItemImpl) {
        let named = |kind: &Type| match kind {
            Type::Path(it) => it.path.get_ident().map(ToString::to_string),
            _ => None,
        };
        let Some(set) = named(&item.self_ty) else {
            return;
        };
        let constants = item.items.iter().filter_map(|it| match it {
            ImplItem::Const(it) if named(&it.ty).as_deref() == Some(&set) => {
                Some(it.ident.to_string())
            }
            _ => None,
        });
        let constants = constants.collect();
        self.add(set, constants);
    }

    fn read_macro(&mut self, tokens: TokenStream) {
        let mut name = None;
        let mut keyword = false;
        for token in tokens {
            match token {
                TokenTree::Ident(word) if keyword => {
                    name = Some(word.to_string());
                    keyword = false;
                }
                TokenTree::Ident(word) => keyword = word == "struct" || word == "enum",
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    if let Some(name) = name.take() {
                        self.add(name, assigned(group.stream()));
                    }
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, set: String, members: Vec<String>) {
        if !TOLD_ONLY.contains(&set.as_str()) {
            self.sets.entry(set).or_default().extend(members);
        }
    }

    /// The member behind this one, the first behind the last.
    pub fn next(&self, set: &str, member: &str) -> Option<&str> {
        let all = self.sets.get(set)?;
        let at = all.iter().position(|it| it == member)?;
        let next = all[(at + 1) % all.len()].as_str();
        (next != member).then_some(next)
    }
}

/// Words that are followed by `=`.
fn assigned(tokens: TokenStream) -> Vec<String> {
    let mut members = Vec::new();
    let mut last = None;
    for token in tokens {
        match token {
            TokenTree::Ident(word) => last = Some(word.to_string()),
            TokenTree::Punct(mark) if mark.as_char() == '=' => members.extend(last.take()),
            _ => last = None,
        }
    }
    members
}

/// The constants of a file that are written as an integer.
pub fn integer_constants(file: &syn::File) -> BTreeSet<String> {
    let integer = |item: &Item| match item {
        Item::Const(item) => {
            matches!(&*item.expr, Expr::Lit(lit) if matches!(lit.lit, Lit::Int(_)))
                .then(|| item.ident.to_string())
        }
        _ => None,
    };
    file.items.iter().filter_map(integer).collect()
}
