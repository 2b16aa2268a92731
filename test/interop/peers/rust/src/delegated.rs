//! Documents that others delegate to.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tough::schema::{Error, Role, Root, Signed, Snapshot, Targets, Timestamp};

use crate::refusal::{Verdict, attempt, steps};
use crate::request::Document;

/// A document that was accepted, as far as it can delegate.
pub enum Delegator {
    Root(Box<Signed<Root>>),
    Targets(Box<Signed<Targets>>),
    Nobody,
}

/// Answers for each document whether its delegator accepts it.
pub fn delegated(root: &[u8], documents: &[Document]) -> Value {
    steps(&descend(&parse_root(root), documents))
}

/// Reads the root, which is trusted as it is.
pub fn parse_root(root: &[u8]) -> Verdict<Delegator> {
    attempt(|| Ok(Delegator::Root(serde_json::from_slice(root)?)))
}

/// Verifies each document by its delegator. Where the delegator is refused, so is the document, for that reason.
pub fn descend(root: &Verdict<Delegator>, documents: &[Document]) -> Vec<Verdict> {
    let mut loaded: HashMap<&str, Verdict<Delegator>> = HashMap::new();
    let mut verdicts = Vec::with_capacity(documents.len());
    for document in documents {
        let delegator = loaded.get(document.delegator.as_str()).unwrap_or(root);
        let verdict = match delegator {
            Ok(delegator) => attempt(|| load(delegator, &document.name, &document.bytes)),
            Err(refusal) => Err(refusal.clone()),
        };
        verdicts.push(verdict.as_ref().map(|_| ()).map_err(Clone::clone));
        loaded.insert(&document.name, verdict);
    }
    verdicts
}

/// Parses a document of that name and has it verified by its delegator.
fn load(delegator: &Delegator, name: &str, bytes: &[u8]) -> Verdict<Delegator> {
    match (delegator, name) {
        (Delegator::Root(root), "root") => by_root(root, bytes).map(Delegator::Root),
        (Delegator::Root(root), "targets") => by_root(root, bytes).map(Delegator::Targets),
        (Delegator::Root(root), "snapshot") => by_root::<Snapshot>(root, bytes).map(|_| Delegator::Nobody),
        (Delegator::Root(root), "timestamp") => by_root::<Timestamp>(root, bytes).map(|_| Delegator::Nobody),
        (Delegator::Root(_), name) => Err(Error::RoleNotFound { name: name.into() }.into()),
        (Delegator::Targets(targets), name) => by_targets(targets, name, bytes).map(Delegator::Targets),
        (Delegator::Nobody, _) => Err(Error::NoDelegations.into()),
    }
}

fn by_root<T>(root: &Signed<Root>, bytes: &[u8]) -> Verdict<Box<Signed<T>>>
where
    T: DeserializeOwned + Role + Serialize,
{
    let role = serde_json::from_slice(bytes)?;
    root.signed.verify_role(&role)?;
    Ok(Box::new(role))
}

fn by_targets(targets: &Signed<Targets>, name: &str, bytes: &[u8]) -> Verdict<Box<Signed<Targets>>> {
    let role = serde_json::from_slice(bytes)?;
    let delegations = targets.signed.delegations.as_ref();
    delegations.ok_or(Error::NoDelegations)?.verify_role(&role, name)?;
    Ok(Box::new(role))
}
