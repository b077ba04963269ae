// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @notice The devnet's payment token: nine decimals, so that one unit of the market's ledger is the token's smallest unit.
/// @dev On a network of value any ERC-20 without transfer fees takes its place.
contract MarketToken is ERC20Permit {
    /// @param supply the whole supply, in units of 1e-9 token, minted once to `holder`
    constructor(address holder, uint256 supply) ERC20("Market Token", "MKT") ERC20Permit("Market Token") {
        _mint(holder, supply);
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 9;
    }
}
