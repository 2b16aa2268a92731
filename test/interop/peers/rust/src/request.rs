//! What can be asked, checked while it is read from JSON.

use std::num::NonZeroUsize;
use std::ops::Deref;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Request {
    About {},
    Canonical {
        documents: Vec<Bytes>,
    },
    Chain {
        roots: Roots,
    },
    Delegated {
        root: Bytes,
        documents: Documents,
    },
    Refresh(Refresh),
    Sign {
        scheme: String,
    },
    BenchChain {
        roots: Roots,
        rounds: NonZeroUsize,
    },
    BenchDelegated {
        root: Bytes,
        documents: Documents,
        rounds: NonZeroUsize,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refresh {
    pub bootstrap: Bytes,
    pub metadata_url: LoopbackUrl,
    pub targets_url: LoopbackUrl,
    pub target: Option<String>,
}

/// Bytes, in base64 where they are JSON.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct Bytes(Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// Encodes bytes in base64.
pub fn to_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A chain of roots, which is never empty.
#[derive(Deserialize)]
#[serde(try_from = "Vec<Bytes>")]
pub struct Roots(pub Vec<Bytes>);

impl TryFrom<Vec<Bytes>> for Roots {
    type Error = &'static str;

    fn try_from(roots: Vec<Bytes>) -> Result<Self, Self::Error> {
        match roots[..] {
            [] => Err("a chain has one root at least"),
            _ => Ok(Self(roots)),
        }
    }
}

/// A document to be verified by its delegator, which is "root" or an earlier document's name.
#[derive(Deserialize)]
pub struct Document {
    pub name: String,
    pub delegator: String,
    pub bytes: Bytes,
}

/// Documents that come after their delegators.
#[derive(Deserialize)]
#[serde(try_from = "Vec<Document>")]
pub struct Documents(pub Vec<Document>);

impl TryFrom<Vec<Document>> for Documents {
    type Error = String;

    fn try_from(documents: Vec<Document>) -> Result<Self, Self::Error> {
        let mut known = vec!["root"];
        for Document { name, delegator, .. } in &documents {
            if !known.contains(&delegator.as_str()) {
                return Err(format!("{name} comes before its delegator {delegator}"));
            }
            known.push(name);
        }
        Ok(Self(documents))
    }
}

/// The address of a server on this machine.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct LoopbackUrl(pub Url);

impl TryFrom<String> for LoopbackUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = Url::parse(&text).ok();
        url.filter(|url| url.scheme() == "http" && url.host_str() == Some("127.0.0.1"))
            .map(Self)
            .ok_or(format!("{text} is no http address of 127.0.0.1"))
    }
}
