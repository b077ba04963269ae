// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Cover} from "../../contracts/libraries/Cover.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Files} from "./ResultVectors.t.sol";

/// @notice The stakes that jobs demand, in exact fractions: the same file as C# reads.
contract StakeVectorsTest {
    Files private constant files = Files(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    function stakesOf(JobSpec calldata spec) external pure returns (uint64 lock, uint64 backing, uint64 verifierLock) {
        (lock, backing) = Cover.stakesOf(spec);
        verifierLock = Cover.verifierLockOf(spec, lock, backing);
    }

    function test_everyPublishedStake_comesOutTheSame() external view {
        string memory json = files.readFile("tests/vectors/stake/stakes.json");
        uint256 i;
        for (;; ++i) {
            string memory key = string.concat(".stakes[", files.toString(i), "]");
            if (!files.keyExistsJson(json, key)) break;
            JobSpec memory spec;
            spec.reward = uint64(_number(json, key, ".reward"));
            spec.cover = uint64(_number(json, key, ".cover"));
            spec.tasks = uint32(_number(json, key, ".tasks"));
            spec.replicas = uint8(_number(json, key, ".replicas"));
            spec.checkBps = uint16(_number(json, key, ".check"));
            spec.auditBps = uint16(_number(json, key, ".audit"));
            (uint64 lock, uint64 backing, uint64 verifierLock) = this.stakesOf(spec);
            bool same = lock == _number(json, key, ".lock") && backing == _number(json, key, ".backing");
            require(same && verifierLock == _number(json, key, ".verifierLock"), string.concat("another stake: ", key));
        }
        assert(i > 80);
    }

    function _number(string memory json, string memory key, string memory field) private pure returns (uint256) {
        return files.parseJsonUint(json, string.concat(key, field));
    }
}
