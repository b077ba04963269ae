// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {Market} from "../../contracts/Market.sol";
import {Parameters} from "../../contracts/types/Parameters.sol";

interface Artifacts {
    function getCode(string calldata artifact) external view returns (bytes memory);
}

/// @notice Deploys what the compiler made of a contract. With `new` each test would hold it, and the compiler make it once more for each.
library Deployed {
    Artifacts private constant vm = Artifacts(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    function market(IERC20Metadata token, Parameters memory settings) internal returns (Market) {
        return Market(create("Market.sol:Market", abi.encode(token, settings)));
    }

    /// @dev What the constructor refuses is passed on.
    function create(string memory artifact, bytes memory arguments) internal returns (address at) {
        bytes memory code = abi.encodePacked(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            at := create(0, add(code, 32), mload(code))
            if iszero(at) {
                let free := mload(0x40)
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }
}
