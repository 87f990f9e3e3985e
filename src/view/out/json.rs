//! JSON that is read by people too: a line for each thing in a list.

use serde_json::Value;

/// An object in the making.
#[derive(Debug)]
pub(super) struct Lines {
    out: String,
    first: bool,
}

impl Lines {
    /// Begins with what it is, and the version of its fields.
    pub fn new(format: &str, version: u32) -> Lines {
        let mut lines = Lines {
            out: "{".to_owned(),
            first: true,
        };
        lines.field("format", format);
        lines.field("version", version);
        lines
    }

    fn key(&mut self, key: &str) {
        self.out.push_str(if self.first { "\n" } else { ",\n" });
        self.first = false;
        self.out += &format!("  {}: ", Value::from(key));
    }

    /// A field.
    pub fn field(&mut self, key: &str, value: impl Into<Value>) {
        self.key(key);
        self.out += &value.into().to_string();
    }

    /// A list, a line for each.
    pub fn list(&mut self, key: &str, items: impl IntoIterator<Item = Value>) {
        self.key(key);
        self.out.push('[');
        let mut any = false;
        for item in items {
            self.out.push_str(if any { ",\n    " } else { "\n    " });
            self.out += &item.to_string();
            any = true;
        }
        self.out.push_str(if any { "\n  ]" } else { "]" });
    }

    /// The text.
    pub fn finish(mut self) -> String {
        self.out.push_str("\n}\n");
        self.out
    }
}
