// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Market} from "../../contracts/Market.sol";
import {MarketToken} from "../../contracts/MarketToken.sol";
import {IDisputes} from "../../contracts/interfaces/IDisputes.sol";
import {IMarketEvents} from "../../contracts/interfaces/IMarketEvents.sol";
import {JobSpec} from "../../contracts/types/JobSpec.sol";
import {Parameters} from "../../contracts/types/Parameters.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Status} from "../../contracts/types/Status.sol";
import {Terms} from "../../contracts/types/Terms.sol";
import {Deployed} from "./Deployed.sol";
import {TinyJob} from "./TinyJob.sol";

interface Vm {
    function prank(address who) external;
    function warp(uint256 time) external;
    function roll(uint256 block_) external;
    function addr(uint256 key) external returns (address);
    function sign(uint256 key, bytes32 digest) external returns (uint8 v, bytes32 r, bytes32 s);
    function setBlockhash(uint256 block_, bytes32 hash) external;
    function etch(address who, bytes calldata code) external;
}

/// @notice A market with three providers and a verifier, and the steps of a job: what the tests of single rules share.
abstract contract Scene {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint64 internal constant TOKEN = 1e9;
    bytes32 internal constant CLASS = keccak256("class");
    bytes32 internal constant ROOT = keccak256("root");

    Market internal market;
    /// @dev The market too, for the calls that its other code answers.
    IDisputes internal disputes;
    MarketToken internal token;
    Parameters internal settings = Parameters(1, 2, 10_000, 100, 1_000_000, TOKEN, 0x0503, TinyJob.arbiter());
    bytes32 internal bundle = TinyJob.bundle();
    uint256 internal blocks = 1000;
    uint256 internal time = 1_700_000_000;

    function setUp() external {
        _pass(0, 0);
        token = new MarketToken(address(this), 1e6 * TOKEN);
        market = Deployed.market(token, settings);
        disputes = IDisputes(address(market));
        market.registerTerms(Terms(60, 40, 20, 40, 20, 8, 15, 2));
        token.approve(address(market), type(uint256).max);
        market.deposit(100 * TOKEN);
        for (uint256 i; i < 4; ++i) _join(i, i < 3 ? Role.Provider : Role.Verifier, 100 * TOKEN);
        _pass(3, 3);
    }

    /* STEPS */

    function _node(uint256 i) internal returns (address) {
        return vm.addr(200 + i);
    }

    function _proof(uint256 key, address owner) internal returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", market.nodeKeyMessage(owner))));
        return abi.encodePacked(r, s, v);
    }

    function _join(uint256 i, Role role, uint64 amount) internal {
        address owner = vm.addr(100 + i);
        require(token.transfer(owner, 2 * amount));
        vm.prank(owner);
        token.approve(address(market), type(uint256).max);
        (address node, bytes memory proof) = (_node(i), _proof(200 + i, owner));
        vm.prank(owner);
        market.registerStake(role, node, amount, proof);
    }

    function _spec(uint8 k) internal view returns (JobSpec memory) {
        return JobSpec(address(this), market.nonceOf(address(this)), bundle, 8, k, TOKEN, TOKEN / 2, TOKEN, 1000, 1000, 1, 1000, 1000);
    }

    function _post(uint8 k) internal returns (JobSpec memory spec) {
        spec = _spec(k);
        market.post(spec);
        _pass(4, 1);
    }

    function _running() internal returns (JobSpec memory spec) {
        spec = _post(3);
        for (uint8 i; i < 3; ++i) _act(i, abi.encodeCall(market.claim, (spec, i)));
    }

    function _commit(JobSpec memory spec, uint8 i) internal {
        bytes32 commitment = market.commitment(market.jobIdOf(spec), i + 1, CLASS, ROOT, "salt");
        _act(i, abi.encodeCall(market.commit, (spec, i, commitment)));
    }

    function _verifying() internal returns (JobSpec memory spec) {
        spec = _running();
        _deliver(spec, _treeRoot());
    }

    function _deliver(JobSpec memory spec) internal {
        _deliver(spec, ROOT);
    }

    /// @dev All three commit and reveal the same root; then the draw's block passes.
    function _deliver(JobSpec memory spec, bytes32 root) internal {
        for (uint8 i; i < 2; ++i) {
            bytes32 commitment = market.commitment(market.jobIdOf(spec), i + 1, CLASS, root, "salt");
            _act(i, abi.encodeCall(market.commit, (spec, i, commitment)));
        }
        _act(2, abi.encodeCall(market.commitAndReveal, (spec, 2, CLASS, root)));
        for (uint8 i; i < 2; ++i) _act(i, abi.encodeCall(market.reveal, (spec, i, CLASS, root, "salt")));
        _pass(4, 1);
    }

    /// @dev The root of eight tasks of which the first has output `output`, and the other branches are zero.
    function _treeRoot() internal pure returns (bytes32) {
        return _rootOf(0, keccak256("output"), new bytes32[](3));
    }

    function _rootOf(uint8 kind, bytes32 output, bytes32[] memory path) internal pure returns (bytes32 node) {
        node = sha256(abi.encodePacked(bytes1(0x0a), uint32(0), kind, output));
        for (uint256 i; i < path.length; ++i) node = sha256(abi.encodePacked(bytes1(0x01), node, path[i]));
    }

    function _act(uint256 i, bytes memory call_) internal {
        address who = _node(i);
        vm.prank(who);
        (bool ok,) = address(market).call(call_);
        assert(ok);
    }

    function _refusesField(JobSpec memory spec, bytes32 field, uint256 found, uint256 least, uint256 most) internal {
        _refuses(address(this), abi.encodeCall(market.post, (spec)), abi.encodeWithSelector(IMarketEvents.SpecInvalid.selector, field, found, least, most));
    }

    function _refuses(address who, bytes memory call_, bytes memory expected) internal {
        if (who != address(this)) vm.prank(who);
        (bool ok, bytes memory data) = address(market).call(call_);
        assert(!ok);
        _same(data, expected);
    }

    function _same(bytes memory found, bytes memory expected) internal pure {
        require(keccak256(found) == keccak256(expected), string(abi.encodePacked("another refusal: ", found)));
    }

    function _pass(uint256 moreBlocks, uint256 moreTime) internal {
        blocks += moreBlocks;
        time += moreTime;
        vm.roll(blocks);
        vm.warp(time);
    }
}
