//! How long it takes.

use std::num::NonZeroUsize;
use std::time::Instant;

use serde_json::{Value, json};

use crate::chain::walk;
use crate::delegated::{descend, parse_root};
use crate::refusal::{Verdict, first_refusal};
use crate::request::{Bytes, Document};

/// Measures how long a chain of roots takes.
pub fn bench_chain(roots: &[Bytes], rounds: NonZeroUsize) -> Value {
    measure(rounds, || walk(roots))
}

/// Measures how long delegated documents take, once their root is parsed.
pub fn bench_delegated(root: &[u8], documents: &[Document], rounds: NonZeroUsize) -> Value {
    let root = parse_root(root);
    measure(rounds, || descend(&root, documents))
}

/// Repeats something and takes each time, provided that all of it is accepted.
fn measure(rounds: NonZeroUsize, verify: impl Fn() -> Vec<Verdict>) -> Value {
    let mut milliseconds = Vec::new();
    for _ in 0..rounds.get() {
        let start = Instant::now();
        let verdicts = verify();
        milliseconds.push(start.elapsed().as_secs_f64() * 1000.0);
        if let Some(refusal) = first_refusal(&verdicts) {
            return json!({"error": refusal.to_string()});
        }
    }
    json!({"milliseconds": milliseconds})
}
