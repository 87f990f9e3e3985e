//! Enumerations of a tracker whose members have names.

/// An enumeration with `COUNT`, `ALL` and, for each member, a name and a short form.
macro_rules! named {
    (
        $(#[$outer:meta])+
        pub enum $Enum:ident {
            $($(#[$doc:meta])+ $member:ident = $name:literal, $short:literal;)+
        }
    ) => {
        $(#[$outer])+
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        #[repr(u8)]
        pub enum $Enum {
            $($(#[$doc])+ $member,)+
        }

        impl $Enum {
            /// All, in the order of the table.
            pub const ALL: &[$Enum] = &[$($Enum::$member,)+];
            /// How many there are.
            pub const COUNT: usize = $Enum::ALL.len();

            /// The kernel's name, as the tools print it where they do.
            pub const fn name(self) -> &'static str {
                match self {
                    $($Enum::$member => $name,)+
                }
            }

            /// The short form.
            pub const fn short(self) -> &'static str {
                match self {
                    $($Enum::$member => $short,)+
                }
            }
        }
    };
}

pub(super) use named;
