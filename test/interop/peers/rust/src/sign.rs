//! Documents that tough writes and signs.

use std::collections::HashMap;
use std::num::NonZeroU64;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use jiff::Timestamp;
use serde_json::{Value, json};
use tough::async_trait;
use tough::editor::signed::SignedRole;
use tough::key_source::KeySource;
use tough::schema::{KeyHolder, RoleKeys, RoleType, Root, Targets};
use tough::sign::{Sign, parse_keypair};

use crate::refusal::{Verdict, attempt};
use crate::request::to_text;

const LIFETIME: i64 = 3 * 365 * 24 * 60 * 60;

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Makes a private key, in a form that tough's `parse_keypair` knows.
type Generator = fn() -> Result<Vec<u8>, Unspecified>;

/// Makes a chain of two roots, the second one with one key replaced, and targets that it delegates to.
pub fn sign(scheme: &str) -> Value {
    let generate: Generator = match scheme {
        "ed25519" => ed25519,
        "ecdsa-sha2-nistp256" => nistp256,
        "rsassa-pss-sha256" => rsassa_pss,
        "ecdsa-sha2-nistp384" => {
            return json!({"unsupported": "the only curve that tough knows for ECDSA is P-256"});
        }
        _ => {
            return json!({"unsupported": format!("this peer generates no keys for {scheme}")});
        }
    };
    let signed = attempt(|| {
        tokio::runtime::Builder::new_current_thread()
            .build()?
            .block_on(sign_with(generate))
    });
    signed.unwrap_or_else(|refusal| json!({"error": refusal.to_string()}))
}

fn ed25519() -> Result<Vec<u8>, Unspecified> {
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())?;
    Ok(key.as_ref().to_vec())
}

fn nistp256() -> Result<Vec<u8>, Unspecified> {
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new())?;
    Ok(key.as_ref().to_vec())
}

fn rsassa_pss() -> Result<Vec<u8>, Unspecified> {
    let key: Pkcs8V1Der<'_> = rsa::KeyPair::generate(KeySize::Rsa3072)?.as_der()?;
    Ok(pem::encode(&pem::Pem::new("PRIVATE KEY", key.as_ref())).into_bytes())
}

/// A private key in memory, from which tough takes it whenever it signs.
#[derive(Clone)]
struct Holder(Vec<u8>);

impl std::fmt::Debug for Holder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Holder")
    }
}

#[async_trait]
impl KeySource for Holder {
    async fn as_sign(&self) -> Result<Box<dyn Sign>, AnyError> {
        Ok(Box::new(parse_keypair(&self.0)?))
    }

    async fn write(&self, _: &str, _: &str) -> Result<(), AnyError> {
        Err("nothing is written to this key".into())
    }
}

/// Makes what `sign` answers with. One other key is for the roles that are not root.
async fn sign_with(generate: Generator) -> Verdict<Value> {
    let generate = || generate().map(Holder);
    let (kept, removed, added, online) = (generate()?, generate()?, generate()?, generate()?);
    let first = new_root(1, &[&kept, &removed], &online)?;
    let second = new_root(2, &[&kept, &added], &online)?;
    let expires = first.expires;
    let targets = Targets::new("1.0.0".into(), NonZeroU64::MIN, expires);

    let random = SystemRandom::new();
    let [of_first, of_second] = [&first, &second].map(|root| KeyHolder::Root(root.clone()));
    let old = keys(&[&kept, &removed]);
    let new = keys(&[&kept, &added]);

    // The second root is signed for the first one's keys too, as tough's tuftool does where it signs with --cross-sign.
    let by_first = SignedRole::new(second.clone(), &of_first, &old, &random).await?;
    let first = SignedRole::new(first, &of_first, &old, &random).await?;
    let second = SignedRole::new(second, &of_second, &new, &random)
        .await?
        .add_old_signatures(by_first.signed().signatures.clone())?;
    let targets = SignedRole::new(targets, &of_second, &keys(&[&online]), &random).await?;
    Ok(json!({
        "roots": [to_text(first.buffer()), to_text(second.buffer())],
        "targets": to_text(targets.buffer()),
    }))
}

fn keys(holders: &[&Holder]) -> Vec<Box<dyn KeySource>> {
    let sources = holders.iter().copied().cloned();
    sources.map(|source| Box::new(source) as _).collect()
}

/// Makes a root that all of these holders must sign, and one other key for the other roles.
fn new_root(version: u64, holders: &[&Holder], online: &Holder) -> Verdict<Root> {
    let mut root = Root {
        spec_version: "1.0.0".into(),
        consistent_snapshot: true,
        version: NonZeroU64::try_from(version)?,
        expires: Timestamp::from_second(Timestamp::now().as_second() + LIFETIME)?,
        keys: HashMap::new(),
        roles: HashMap::new(),
        _extra: HashMap::new(),
    };
    delegate(&mut root, RoleType::Root, holders)?;
    for role in [RoleType::Timestamp, RoleType::Snapshot, RoleType::Targets] {
        delegate(&mut root, role, &[online])?;
    }
    Ok(root)
}

/// Adds a role that all of these holders must sign.
fn delegate(root: &mut Root, role: RoleType, holders: &[&Holder]) -> Verdict {
    let mut keyids = Vec::new();
    for holder in holders {
        let key = parse_keypair(&holder.0)?.tuf_key();
        let keyid = key.key_id()?;
        keyids.push(keyid.clone());
        root.keys.insert(keyid, key);
    }
    let threshold = NonZeroU64::try_from(u64::try_from(holders.len())?)?;
    root.roles.insert(
        role,
        RoleKeys {
            keyids,
            threshold,
            _extra: HashMap::new(),
        },
    );
    Ok(())
}
