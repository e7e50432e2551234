// SPDX-License-Identifier: MIT
//! jsonwebtoken, then a loop over the patterns; and globset.
//!
//!     peer verify FOLDER
//!     peer match FOLDER COUNT...
use std::collections::HashMap;
use std::time::Instant;

use globset::{Glob, GlobSet, GlobSetBuilder};
use jsonwebtoken::{decode, decode_header, jwk::JwkSet, Algorithm, DecodingKey, Validation};
use serde::Deserialize;

const ROUNDS: usize = 31;

#[derive(Deserialize)]
struct Function {
    permissions: Vec<String>,
}

#[derive(Deserialize)]
struct Claims {
    function: Function,
}

fn text(folder: &str, name: &str) -> String {
    std::fs::read_to_string(format!("{folder}/{name}")).expect(name).trim_end().to_string()
}

fn lines(folder: &str, name: &str) -> Vec<String> {
    text(folder, name).lines().map(String::from).collect()
}

/// The median of rounds, in nanoseconds a call.
fn measure(calls: usize, mut call: impl FnMut(usize)) -> f64 {
    let mut took = Vec::new();
    for round in 0..ROUNDS + 2 {
        let start = Instant::now();
        (0..calls).for_each(&mut call);
        if round >= 2 {
            took.push(start.elapsed().as_nanos() as f64 / calls as f64);
        }
    }
    took.sort_by(f64::total_cmp);
    took[ROUNDS / 2]
}

fn rate(threads: usize, calls: usize, call: &(impl Fn() + Sync)) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..calls).for_each(|_| call()));
        }
    });
    (threads * calls) as f64 / start.elapsed().as_secs_f64()
}

/// Two threads over one: the best of several, each between two runs of one.
fn ratio(calls: usize, call: &(impl Fn() + Sync)) -> f64 {
    let (mut best, mut before) = (0.0, rate(1, calls, call));
    for _ in 0..7 {
        let (two, after) = (rate(2, calls, call), rate(1, calls, call));
        best = f64::max(best, two / f64::max(before, after));
        before = after;
    }
    best
}

/// "*" stands for any run of bytes.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star, mut from) = (0, 0, usize::MAX, 0);
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            (star, from) = (p, t);
            p += 1;
        } else if p < pattern.len() && pattern[p] == text[t] {
            (p, t) = (p + 1, t + 1);
        } else if star != usize::MAX {
            from += 1;
            (p, t) = (star + 1, from);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

fn verify(folder: &str) {
    let keys: HashMap<String, DecodingKey> = serde_json::from_str::<JwkSet>(&text(folder, "jwks.json"))
        .expect("a JWKS")
        .keys
        .iter()
        .map(|jwk| (jwk.common.key_id.clone().unwrap(), DecodingKey::from_jwk(jwk).unwrap()))
        .collect();
    let (token, issuer, resource) = (text(folder, "token"), text(folder, "issuer"), text(folder, "resource"));
    let mut wanted = Validation::new(Algorithm::ES256);
    wanted.set_issuer(&[&issuer]);
    wanted.set_audience(&[&issuer]);
    wanted.set_required_spec_claims(&["exp", "iss", "aud"]);
    let call = || {
        let kid = decode_header(&token).expect("a header").kid.expect("a kid");
        let claims = decode::<Claims>(&token, &keys[&kid], &wanted).expect("a good token").claims;
        assert!(claims.function.permissions.iter().any(|p| matches(p.as_bytes(), resource.as_bytes())));
    };
    println!("version {}", version("jsonwebtoken"));
    println!("uncached_us {}", measure(50, |_| call()) / 1e3);
    println!("uncached_threads_ratio {}", ratio(1000, &call));
}

fn compile(patterns: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern).expect("a glob"));
    }
    builder.build().expect("a set")
}

/// As Cargo.toml has it, which pins it.
fn version(name: &str) -> &'static str {
    let line = include_str!("../Cargo.toml").lines().find(|line| line.starts_with(name)).unwrap();
    line.split('=').nth(if line.contains('{') { 3 } else { 2 }).unwrap().split('"').next().unwrap()
}

fn tell_peak() {
    let status = text("/proc/self", "status");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    println!("peak_kib {}", line.split_whitespace().nth(1).unwrap());
}

fn time_match(folder: &str, count: &str) {
    let patterns = lines(folder, &format!("mix-{count}.patterns"));
    let resources = lines(folder, &format!("mix-{count}.resources"));
    let miss = text(folder, &format!("mix-{count}.miss"));
    let start = Instant::now();
    let set = compile(&patterns);
    let took = start.elapsed().as_nanos() as f64 / patterns.len() as f64;
    println!("match_hits.{count} {}", resources.iter().filter(|r| set.is_match(r)).count());
    let mut hits = 0;
    println!("match_ns.{count} {}", measure(resources.len(), |i| hits += usize::from(set.is_match(&resources[i]))));
    println!("match_miss_ns.{count} {}", measure(resources.len(), |_| hits += usize::from(set.is_match(&miss))));
    println!("compile_ns_per_pattern.{count} {took}");
    assert!(hits > 0);
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("verify") => verify(&arguments[2]),
        Some("match") => {
            println!("version {}", version("globset"));
            arguments[3..].iter().for_each(|count| time_match(&arguments[2], count));
        }
        _ => panic!("usage: peer verify FOLDER, or peer match FOLDER COUNT..."),
    }
    tell_peak();
}
