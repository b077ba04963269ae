// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Market} from "../../contracts/Market.sol";
import {IStakingEvents} from "../../contracts/interfaces/IStakingEvents.sol";
import {Parameters} from "../../contracts/types/Parameters.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Vm} from "./Scene.sol";
import {Deployed} from "./Deployed.sol";
import {TinyJob} from "./TinyJob.sol";

/// @notice A token that takes a fee, pays a bonus, changes all balances, refuses without reverting, or calls back, as it is told.
contract HostileToken is ERC20("Hostile", "HOST") {
    uint256 public fee;
    uint256 public bonus;
    uint256 public percent = 100;
    bool public silent;
    address private _target;
    bytes[] private _calls;
    bytes[] public answers;

    constructor() {
        _mint(msg.sender, 1e18);
    }

    function decimals() public pure override returns (uint8) {
        return 9;
    }

    function set(uint256 fee_, uint256 bonus_, uint256 percent_, bool silent_) external {
        (fee, bonus, percent, silent) = (fee_, bonus_, percent_, silent_);
    }

    function callBack(address target, bytes[] calldata calls) external {
        (_target, _calls) = (target, calls);
    }

    function answered() external view returns (uint256) {
        return answers.length;
    }

    function balanceOf(address who) public view override returns (uint256) {
        return super.balanceOf(who) * percent / 100;
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        return silent ? false : super.transferFrom(from, to, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == address(0) || to == address(0)) return;
        if (fee != 0) super._update(to, address(0xdead), fee);
        if (bonus != 0) super._update(address(0), to, bonus);
        for (uint256 i; i < _calls.length; ++i) {
            (, bytes memory answer) = _target.call(_calls[i]);
            answers.push(answer);
        }
    }
}

/// @notice E5: whatever the token does, nobody gets more than was paid in, and no call is entered twice. The token itself, as a
/// depositor that calls back, is the attacker.
contract HostileTokensTest {
    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint64 private constant UNIT = 1000;
    address private constant OTHER = address(0x07e5);
    HostileToken private token;
    Market private market;

    function setUp() external {
        token = new HostileToken();
        market = Deployed.market(token, Parameters(1, 2, 10_000, 100, 1_000_000, UNIT, 0x0503, TinyJob.arbiter()));
        token.approve(address(market), type(uint256).max);
        market.deposit(100 * UNIT);
        require(token.transfer(address(token), 1000 * UNIT));
        require(token.transfer(OTHER, 1000 * UNIT));
        vm.prank(OTHER);
        token.approve(address(market), type(uint256).max);
        vm.prank(OTHER);
        market.deposit(100 * UNIT);
    }

    function test_E5_aTokenThatTakesAFee_isRefused_whereverTokensComeIn() external {
        token.set(1, 0, 100, false);
        _refusedInexact(abi.encodeCall(market.deposit, (UNIT)), UNIT - 1);
        _refusedInexact(_register(), UNIT - 1);
        token.set(0, 0, 100, false);
        _succeeds(_register());
        token.set(1, 0, 100, false);
        _refusedInexact(abi.encodeCall(market.addStake, (UNIT)), UNIT - 1);
    }

    function test_E5_aTokenThatPaysABonus_isRefused() external {
        token.set(0, 5, 100, false);
        _refusedInexact(abi.encodeCall(market.deposit, (UNIT)), UNIT + 5);
        assert(market.creditOf(address(this)) == 100 * UNIT);
    }

    function test_E5_aTokenThatFailsWithoutReverting_isRefused() external {
        token.set(0, 0, 100, true);
        (bool ok,) = address(market).call(abi.encodeCall(market.deposit, (UNIT)));
        assert(!ok && market.creditOf(address(this)) == 100 * UNIT);
    }

    function test_E5_aTokenThatRebases_changesNoEntry_andPaysNobodyMoreThanItsOwn() external {
        token.set(0, 0, 50, false);
        assert(market.creditOf(address(this)) == 100 * UNIT);
        _refusedInexact(abi.encodeCall(market.deposit, (UNIT)), UNIT / 2);
        token.set(0, 0, 200, false);
        _refusedInexact(abi.encodeCall(market.deposit, (UNIT)), 2 * UNIT);
        vm.prank(OTHER);
        market.withdraw(OTHER);
        token.set(0, 0, 100, false);
        assert(token.balanceOf(OTHER) == 1000 * UNIT && token.balanceOf(address(market)) == 100 * UNIT);
    }

    function test_E5_aTokenThatCallsBack_entersNoMoneyFunctionTwice() external {
        vm.prank(address(token));
        token.approve(address(market), type(uint256).max);
        vm.prank(address(token));
        market.deposit(10 * UNIT);
        bytes[] memory calls = new bytes[](5);
        calls[0] = abi.encodeCall(market.withdraw, (address(token)));
        calls[1] = abi.encodeCall(market.deposit, (UNIT));
        calls[2] = abi.encodeCall(market.withdrawStake, (address(token)));
        calls[3] = abi.encodeCall(market.addStake, (UNIT));
        calls[4] = _register();
        token.callBack(address(market), calls);
        market.deposit(UNIT);
        market.withdraw(address(this));
        assert(token.answered() == 10);
        for (uint256 i; i < 10; ++i) {
            // withdrawStake and addStake may refuse for want of a stake; none may get so far.
            assert(bytes4(token.answers(i)) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        }
        assert(market.creditOf(address(token)) == 10 * UNIT && token.balanceOf(address(market)) == 110 * UNIT);
    }

    function test_E5_aTokenThatCallsBackThroughMulticall_getsNothingTwice() external {
        bytes[] memory inner = new bytes[](1);
        inner[0] = abi.encodeCall(market.withdraw, (address(token)));
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(market.multicall, (inner));
        token.callBack(address(market), calls);
        market.withdraw(address(this));
        assert(bytes4(token.answers(0)) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assert(token.balanceOf(address(market)) == 100 * UNIT);
    }

    function test_E5_twoWithdrawalsInOneMulticall_payOnce() external {
        bytes[] memory calls = new bytes[](2);
        calls[0] = calls[1] = abi.encodeCall(market.withdraw, (address(this)));
        (bool ok, bytes memory data) = address(market).call(abi.encodeCall(market.multicall, (calls)));
        assert(!ok && bytes4(data) == IStakingEvents.AmountZero.selector);
    }

    function _register() private returns (bytes memory) {
        bytes32 message = keccak256(abi.encodePacked("\x19Ethereum Signed Message:\n32", market.nodeKeyMessage(address(this))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(900, message);
        return abi.encodeCall(market.registerStake, (Role.Provider, vm.addr(900), UNIT, abi.encodePacked(r, s, v)));
    }

    function _succeeds(bytes memory call_) private {
        (bool ok,) = address(market).call(call_);
        assert(ok);
    }

    function _refusedInexact(bytes memory call_, uint256 found) private {
        uint256 before = token.balanceOf(address(market));
        (bool ok, bytes memory data) = address(market).call(call_);
        assert(!ok && keccak256(data) == keccak256(abi.encodeWithSelector(IStakingEvents.TransferInexact.selector, found, UNIT)));
        assert(token.balanceOf(address(market)) == before);
    }
}
