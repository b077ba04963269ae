namespace Market.Ethereum.Tests.Chains;

/// <summary>A contract written by hand: emits LOG1(topic, data) with the two words of its call data, or reverts if the first word is zero.</summary>
internal static class Emitter
{
    //  runtime                                     init: copy the 26 bytes after these 10, return them
    //  00 PUSH0 CALLDATALOAD DUP1 PUSH1 0F JUMPI   topic != 0 → 0F, topic stays on the stack
    //  06 PUSH1 20 CALLDATALOAD PUSH0 MSTORE       memory[0..32] = second word
    //  0B PUSH1 20 PUSH0 REVERT
    //  0F JUMPDEST PUSH1 20 CALLDATALOAD PUSH0 MSTORE PUSH1 20 PUSH0 LOG1 STOP
    public static byte[] InitCode { get; } = Convert.FromHexString(
        "601A600A5F39601A5FF3" + "5F3580600F57" + "6020355F52" + "60205FFD" + "5B6020355F5260205FA100");

    public static byte[] Emit(byte topic, byte data) => Words(topic, data);

    public static byte[] Revert(byte data) => Words(0, data);

    private static byte[] Words(byte first, byte second)
    {
        var words = new byte[64];
        words[31] = first;
        words[63] = second;
        return words;
    }
}
