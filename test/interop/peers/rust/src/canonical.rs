//! Canonical JSON.

use olpc_cjson::CanonicalFormatter;
use serde::Serialize;
use serde_json::{Serializer, Value, json};

use crate::refusal::{Verdict, attempt};
use crate::request::{Bytes, to_text};

/// Encodes documents in canonical JSON.
pub fn canonical(documents: &[Bytes]) -> Value {
    let encoded = documents.iter().map(|document| attempt(|| encode(document)).ok());
    let results: Vec<_> = encoded.map(|bytes| bytes.as_deref().map(to_text)).collect();
    json!({"results": results})
}

/// Parses as tough does what it has no field for, and encodes as it does everything that is signed.
fn encode(document: &[u8]) -> Verdict<Vec<u8>> {
    let value: Value = serde_json::from_slice(document)?;
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, CanonicalFormatter::new()))?;
    Ok(bytes)
}
