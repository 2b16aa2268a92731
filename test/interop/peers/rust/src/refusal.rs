//! What the library said to something.

use std::any::{Any, type_name};
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};

/// What the library made of something, or why it refused.
pub type Verdict<T = ()> = Result<T, Refusal>;

/// The library's reason to refuse something, in one line of at most 300 characters.
#[derive(Clone, Debug)]
pub struct Refusal(String);

impl Refusal {
    pub fn new(words: &str) -> Self {
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        Self(line.chars().take(300).collect())
    }

    fn of_panic(reason: &(dyn Any + Send)) -> Self {
        let text = reason.downcast_ref::<&str>().copied();
        let words = text.or_else(|| reason.downcast_ref::<String>().map(String::as_str));
        Self::new(&format!("panic: {}", words.unwrap_or("without words")))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Every error of the library is a refusal. What it displays names its causes already.
impl<E: Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::new(&format!("{}: {error}", name_of(&error)))
    }
}

/// The type of an error, and its variant where it has such.
fn name_of<E: Error>(error: &E) -> String {
    let debug = format!("{error:?}");
    let end = debug.find(|letter: char| !letter.is_alphanumeric());
    let variant = &debug[..end.unwrap_or(debug.len())];
    let name = type_name::<E>();
    if name.ends_with(variant) {
        name.to_owned()
    } else {
        format!("{name}::{variant}")
    }
}

/// Asks the library; where it panics, that is its refusal.
pub fn attempt<T>(library: impl FnOnce() -> Verdict<T>) -> Verdict<T> {
    catch_unwind(AssertUnwindSafe(library)).unwrap_or_else(|reason| Err(Refusal::of_panic(reason.as_ref())))
}

/// The verdict on a document in the shape in which it is answered.
pub fn step<T>(verdict: &Verdict<T>) -> Value {
    match verdict {
        Ok(_) => json!({"accepted": true}),
        Err(refusal) => json!({"accepted": false, "error": refusal.to_string()}),
    }
}

/// The verdicts on several documents in the shape in which they are answered.
pub fn steps(verdicts: &[Verdict]) -> Value {
    json!({"steps": verdicts.iter().map(step).collect::<Vec<_>>()})
}

/// The reason why not all of it was accepted.
pub fn first_refusal(verdicts: &[Verdict]) -> Option<&Refusal> {
    verdicts.iter().find_map(|verdict| verdict.as_ref().err())
}
