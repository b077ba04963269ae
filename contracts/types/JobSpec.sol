// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What a requester posts. Its hash, with chain and contract, is the job's id; it travels as calldata ever after.
struct JobSpec {
    /// Who pays, and gets what is refunded.
    address requester;
    /// How many jobs the requester posted before.
    uint64 nonce;
    /// SHA-256 of the bundle: model, inputs, tolerance, limits.
    bytes32 bundle;
    /// N: how many tasks, 1 to 65,536.
    uint32 tasks;
    /// k: how many providers execute the whole job, 1 to 7.
    uint8 replicas;
    /// What each accepted seat is paid, in units of 1e-9 token.
    uint64 reward;
    /// What the verifier is paid, in units.
    uint64 verifierFee;
    /// What a wrong result could be worth to a cheat, in units: decides the stake behind a seat.
    uint64 cover;
    /// Share of tasks that the verifier re-executes, in 1/10,000.
    uint16 checkBps;
    /// Chance that the verdict is audited, in 1/10,000.
    uint16 auditBps;
    /// The number of the registered terms.
    uint32 terms;
    /// Bytes of all that the bundle names.
    uint64 bundleBytes;
    /// The most bytes of one replica's outputs.
    uint64 outputBytes;
}
