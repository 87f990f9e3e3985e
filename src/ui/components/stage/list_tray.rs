//! An unconfirmed or dying list of one CPU. Paints [`ListTray`].

use super::bucket_row::more;
use super::tuplehash::{key_of, tuplehash};
use crate::app::Msg;
use crate::view::model::Tab;
use crate::view::stage::ListTray;
use crate::words::ui as w;
use std::rc::Rc;
use yew::prelude::*;

/// Props of [`ListTrayView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The list.
    pub tray: Rc<ListTray>,
    /// Where clicks go.
    pub on_msg: Callback<Msg>,
}

/// The tray of a list and the nodes in it.
#[component]
pub fn ListTrayView(props: &Props) -> Html {
    let Props { tray, on_msg } = props;
    let about = tray.chips.iter().any(|chip| chip.meant || chip.ghost);
    let base = (tray.height / 2 + 5).to_string();
    html! {
        <g
            class={classes!("list", about.then_some("list--about"))}
            style={format!("transform:translate(0,{}px)", tray.y)}
            data-ct="list"
            data-list={tray.list}
            data-netns={tray.netns.clone()}
            data-cpu={tray.cpu.to_string()}
            role="group"
            aria-label={tray.name.clone()}
        >
            <rect
                class="list__tray"
                x={tray.x.to_string()}
                width={tray.w.to_string()}
                height={tray.height.to_string()}
                rx="7"
            />
            if tray.empty {
                <text class="t t--2" x={(tray.x + 13).to_string()} y={base}>
                    { w::EMPTY.text() }
                </text>
            }
            <>{ for tray.chips.iter().map(|chip| tuplehash(chip, key_of(chip), on_msg)) }</>
            // The tools' text lists them.
            <>{ for tray.more.iter().map(|&at| more(at, Some(Msg::SetTab(Tab::List)), on_msg)) }</>
        </g>
    }
}
