//! The page's entry point.

use yew::{Html, function_component, html};

/// The whole page: for now only the sign that it is live.
#[function_component]
fn App() -> Html {
    html! {
        <main data-ct="app" data-ready="true">
            <h1>{ "ctscope" }</h1>
        </main>
    }
}

fn main() {
    console_error_panic_hook::set_once();
    yew::Renderer::<App>::new().render();
}
