//! Which mistakes there are in a file: by rules, none by taste.

use crate::members::{Members, integer_constants};
use std::collections::BTreeSet;
use std::ops::Range;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Arm, BinOp, Block, Expr, ExprIf, Lit, Pat, ReturnType, Signature, Stmt, UnOp};

/// How a mistake is written into the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Shape {
    /// This text instead of the expression.
    Instead(String),
    /// The statement is not there.
    Dropped,
    /// At this place (the range is empty) the arm of a `match` never fits.
    NeverFits,
    /// At this place (the range is empty) the function returns at once.
    Returns(String),
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The file, from the root of the project.
    pub file: String,
    /// The function it is in.
    pub function: String,
    /// Bytes of the source that it is about.
    pub range: Range<usize>,
    /// What it does.
    pub shape: Shape,
    /// `was -> is`, in one line.
    pub change: String,
}

impl Mutant {
    /// What a person sees, and what `survivors.txt` names it by.
    pub fn name(&self) -> String {
        format!("{} | {} | {}", self.file, self.function, self.change)
    }
}

/// What the rules make of one file.
#[derive(Debug, Default)]
pub struct Made {
    /// The mistakes, in the order of the source.
    pub mutants: Vec<Mutant>,
    /// Where `const` stands in front of a function: one that asks which mistake is on, or calls
    /// one that does, cannot be constant.
    pub consts: Vec<Range<usize>>,
}

/// All mistakes of a file whose text is `source`.
pub fn make(file: &str, source: &str, parsed: &syn::File, members: &Members) -> Made {
    let mut maker = Maker {
        file,
        source,
        members,
        constants: integer_constants(parsed),
        functions: Vec::new(),
        made: Made::default(),
    };
    maker.visit_file(parsed);
    number(&mut maker.made.mutants);
    maker.made
}

/// Equal changes in one function get numbers, so that each name is there once.
fn number(mutants: &mut [Mutant]) {
    let mut seen: Vec<(String, u32)> = Vec::new();
    for mutant in mutants {
        let name = mutant.name();
        match seen.iter_mut().find(|(it, _)| *it == name) {
            Some((_, count)) => {
                *count += 1;
                mutant.change += &format!(" (#{count})");
            }
            None => seen.push((name, 1)),
        }
    }
}

struct Maker<'a> {
    file: &'a str,
    source: &'a str,
    members: &'a Members,
    constants: BTreeSet<String>,
    functions: Vec<String>,
    made: Made,
}

impl Maker<'_> {
    fn text(&self, node: &impl Spanned) -> &str {
        &self.source[node.span().byte_range()]
    }

    fn add(&mut self, range: Range<usize>, shape: Shape, change: &str) {
        let Some(function) = self.functions.last() else {
            return;
        };
        let line: Vec<&str> = change.split_whitespace().collect();
        self.made.mutants.push(Mutant {
            file: self.file.to_owned(),
            function: function.clone(),
            range,
            shape,
            change: line.join(" "),
        });
    }

    fn instead(&mut self, expr: &Expr, text: String) {
        let change = format!("{} -> {text}", self.text(expr));
        self.add(expr.span().byte_range(), Shape::Instead(text), &change);
    }

    fn negate(&mut self, condition: &Expr) {
        let told_elsewhere = match condition {
            Expr::Binary(it) => matches!(it.op, BinOp::Eq(_) | BinOp::Ne(_)),
            Expr::Unary(it) => matches!(it.op, UnOp::Not(_)),
            Expr::Macro(_) | Expr::MethodCall(_) => is_truth(condition),
            _ => false,
        };
        if !told_elsewhere && !has_let(condition) {
            let text = format!("!({})", self.text(condition));
            self.instead(condition, text);
        }
    }

    fn function(&mut self, signature: &Signature, block: &Block, visit: impl FnOnce(&mut Self)) {
        self.functions.push(signature.ident.to_string());
        let before = self.made.mutants.len();
        let at = block.brace_token.span.open().byte_range().end;
        let returned = match &signature.output {
            ReturnType::Default => String::new(),
            ReturnType::Type(_, kind) => self.text(kind).to_owned(),
        };
        for value in values_of(&returned) {
            let change = format!("return {value}");
            self.add(at..at, Shape::Returns((*value).to_owned()), &change);
        }
        visit(self);
        let changed = self.made.mutants.len() > before || self.text(block).contains('(');
        if let Some(constant) = &signature.constness
            && changed
        {
            self.made.consts.push(constant.span.byte_range());
        }
        self.functions.pop();
    }
}

/// What a function of that type may wrongly give back.
fn values_of(returned: &str) -> &'static [&'static str] {
    match returned {
        "" => &[""],
        "bool" => &["true", "false"],
        "u8" | "u16" | "u32" | "u64" | "usize" => &["0"],
        "Tracked" => &["Tracked::Accept"],
        _ if returned.starts_with("Option<") => &["None"],
        _ if returned.starts_with("Result<()") => &["Ok(())"],
        _ => &[],
    }
}

fn has_let(expr: &Expr) -> bool {
    match expr {
        Expr::Let(_) => true,
        Expr::Binary(it) => has_let(&it.left) || has_let(&it.right),
        _ => false,
    }
}

/// Calls that give `bool`, as far as their names say.
fn is_truth(expr: &Expr) -> bool {
    match expr {
        Expr::Macro(it) => it.mac.path.is_ident("matches"),
        Expr::MethodCall(it) => ["contains", "intersects", "since", "is_empty"]
            .iter()
            .any(|name| it.method == name),
        _ => false,
    }
}

/// The operator that a tired hand writes instead.
fn other_operator(op: &BinOp) -> Option<&'static str> {
    Some(match op {
        BinOp::Lt(_) => "<=",
        BinOp::Le(_) => "<",
        BinOp::Gt(_) => ">=",
        BinOp::Ge(_) => ">",
        BinOp::Eq(_) => "!=",
        BinOp::Ne(_) => "==",
        BinOp::And(_) => "||",
        BinOp::Or(_) => "&&",
        BinOp::Add(_) => "-",
        BinOp::Sub(_) => "+",
        BinOp::Mul(_) => "+",
        BinOp::Rem(_) => "/",
        BinOp::Shl(_) => ">>",
        BinOp::Shr(_) => "<<",
        BinOp::BitAnd(_) => "|",
        BinOp::BitOr(_) => "&",
        BinOp::AddAssign(_) => "-=",
        BinOp::SubAssign(_) => "+=",
        BinOp::BitOrAssign(_) => "&=",
        BinOp::BitAndAssign(_) => "|=",
        _ => return None,
    })
}

/// The method or function that is mistaken for this one.
fn other_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "min" => "max",
        "max" => "min",
        "insert" => "remove",
        "remove" => "insert",
        "any" => "all",
        "all" => "any",
        "wrapping_add" => "wrapping_sub",
        "wrapping_sub" => "wrapping_add",
        "saturating_add" => "saturating_sub",
        "saturating_sub" => "saturating_add",
        "is_some" => "is_none",
        "is_none" => "is_some",
        "before" => "after",
        "after" => "before",
        _ => return None,
    })
}

fn is_dropped(expr: &Expr) -> bool {
    match expr {
        Expr::Assign(_) | Expr::MethodCall(_) | Expr::Call(_) => true,
        Expr::Try(it) => is_dropped(&it.expr),
        Expr::Binary(it) => other_operator(&it.op).is_some_and(|op| op.len() == 2 && is_set(op)),
        _ => false,
    }
}

fn is_set(operator: &str) -> bool {
    operator.ends_with('=') && !["==", "!=", "<=", ">="].contains(&operator)
}

/// A step that a probe sees: words for a viewer, nothing that conntrack does.
fn is_step(expr: &Expr) -> bool {
    matches!(expr, Expr::MethodCall(it) if it.method == "step"
        && matches!(&*it.receiver, Expr::Path(path) if path.path.is_ident("probe")))
}

/// A condition on which nothing depends but whether a step is told.
fn is_told(it: &ExprIf) -> bool {
    let told = |stmt: &Stmt| match stmt {
        Stmt::Local(_) => true,
        Stmt::Expr(expr, _) => is_step(expr),
        _ => false,
    };
    it.else_branch.is_none() && it.then_branch.stmts.iter().all(told)
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|it| it.path().is_ident("cfg") || it.path().is_ident("test"))
}

impl<'ast> Visit<'ast> for Maker<'_> {
    // No mistakes where there is no code: patterns (arms are dropped instead), types, paths.
    fn visit_pat(&mut self, _: &'ast Pat) {}
    fn visit_type(&mut self, _: &'ast syn::Type) {}
    fn visit_path(&mut self, _: &'ast syn::Path) {}
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
    fn visit_generics(&mut self, _: &'ast syn::Generics) {}
    // Data are compared with the specification's tables, cell by cell.
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block, |it| visit::visit_item_fn(it, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block, |it| {
            visit::visit_impl_item_fn(it, item);
        });
    }

    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if let Stmt::Expr(expr, Some(_)) = stmt
            && is_dropped(expr)
            && !is_step(expr)
        {
            let change = format!("{} -> nothing", self.text(stmt));
            self.add(stmt.span().byte_range(), Shape::Dropped, &change);
        }
        visit::visit_stmt(self, stmt);
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        if let Some((_, guard)) = &arm.guard
            && !has_let(guard)
        {
            self.instead(guard, "true".to_owned());
            self.instead(guard, "false".to_owned());
        }
        visit::visit_arm(self, arm);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        if is_step(expr) {
            return;
        }
        if is_truth(expr) {
            let text = format!("!{}", self.text(expr));
            self.instead(expr, text);
        }
        match expr {
            Expr::Binary(it) if !has_let(expr) => {
                if let Some(op) = other_operator(&it.op) {
                    let (left, right) = (self.text(&it.left), self.text(&it.right));
                    let text = format!("({left}) {op} ({right})");
                    let text = if is_set(op) {
                        format!("{left} {op} {right}")
                    } else {
                        text
                    };
                    self.instead(expr, text);
                }
            }
            Expr::Unary(it) if matches!(it.op, UnOp::Not(_)) && !is_truth(&it.expr) => {
                let text = self.text(&it.expr).to_owned();
                self.instead(expr, text);
            }
            Expr::If(it) if is_told(it) => return,
            Expr::If(it) => self.negate(&it.cond),
            Expr::While(it) => self.negate(&it.cond),
            Expr::Match(it) => self.arms(&it.arms),
            Expr::Lit(it) => match &it.lit {
                Lit::Int(number) => {
                    if let Ok(value) = number.base10_parse::<u64>() {
                        self.instead(expr, format!("{}{}", value + 1, number.suffix()));
                    }
                }
                Lit::Bool(truth) => self.instead(expr, (!truth.value).to_string()),
                _ => {}
            },
            Expr::Path(it) => {
                let words: Vec<_> = it.path.segments.iter().map(|it| &it.ident).collect();
                match words[..] {
                    [name] if self.constants.contains(&name.to_string()) => {
                        self.instead(expr, format!("{name} + 1"));
                    }
                    [set, member] => {
                        let next = self.members.next(&set.to_string(), &member.to_string());
                        if let Some(next) = next {
                            let text = format!("{set}::{next}");
                            self.instead(expr, text);
                        }
                    }
                    _ => {}
                }
            }
            Expr::MethodCall(it) => self.renamed(expr, &it.method),
            Expr::Call(it) => {
                if let Expr::Path(path) = &*it.func
                    && let Some(last) = path.path.segments.last()
                {
                    self.renamed(expr, &last.ident);
                }
            }
            // The length of an array is no code.
            Expr::Repeat(it) => return self.visit_expr(&it.expr),
            Expr::Const(_) => return,
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}

impl Maker<'_> {
    fn renamed(&mut self, expr: &Expr, name: &syn::Ident) {
        let Some(other) = other_name(&name.to_string()) else {
            return;
        };
        let (whole, at) = (expr.span().byte_range(), name.span().byte_range());
        let text = [
            &self.source[whole.start..at.start],
            other,
            &self.source[at.end..whole.end],
        ]
        .concat();
        self.instead(expr, text);
    }

    /// An arm can be left out where the last one takes what it does not.
    fn arms(&mut self, arms: &[Arm]) {
        let Some((last, rest)) = arms.split_last() else {
            return;
        };
        let takes_all = match &last.pat {
            Pat::Wild(_) => true,
            // A name, and not `None`.
            Pat::Ident(it) => it.ident.to_string().starts_with(char::is_lowercase),
            _ => false,
        };
        if last.guard.is_some() || !takes_all {
            return;
        }
        for arm in rest.iter().filter(|arm| arm.guard.is_none()) {
            let at = arm.pat.span().byte_range().end;
            let change = format!("{} => … -> nothing", self.text(&arm.pat));
            self.add(at..at, Shape::NeverFits, &change);
        }
    }
}
