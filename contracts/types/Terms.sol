// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Windows, in seconds, and the quorum that a job names by number. All in one storage word.
struct Terms {
    /// From post: seats can be claimed.
    uint32 claimWindow;
    /// From claim: the result, or its commitment, must be on chain. Also how long after the claim window the job may still run.
    uint32 runWindow;
    /// From the last commitment: openings must be on chain.
    uint32 revealWindow;
    /// From the last result: a verdict must be on chain.
    uint32 verdictWindow;
    /// From a request: the demanded leaf must be on chain.
    uint32 leafWindow;
    /// From the verdict: locks stay.
    uint32 challengeWindow;
    /// In a dispute each: seats taken, votes committed, votes opened, an appeal made.
    uint32 disputeWindow;
    /// How many results a job with k >= 2 needs to go on, and how many equal ones the default verdict accepts.
    uint8 quorum;
}
