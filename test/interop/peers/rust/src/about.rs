//! Who answers here.

use serde_json::{Value, json};

/// Names the libraries in the versions that this program was built with.
pub fn about() -> Value {
    json!({
        "name": "tough",
        "versions": {"tough": locked("tough"), "olpc-cjson": locked("olpc-cjson")},
    })
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Option<&str> {
    include_str!("../Cargo.lock")
        .split_once(&format!("name = \"{package}\"\nversion = \""))
        .and_then(|(_, rest)| rest.split('"').next())
}
