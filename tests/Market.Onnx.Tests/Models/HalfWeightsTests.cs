using System.Runtime.InteropServices;
using Market.Onnx.Models;
using Market.Onnx.Reading;
using static Market.Onnx.Tests.Execution.TinyModel;

namespace Market.Onnx.Tests.Models;

public sealed class HalfWeightsTests
{
    [Theory]
    [InlineData(0.1f, 0.099975586f)]
    [InlineData(1e6f, 1e6f)]
    [InlineData(0.5f, 0.5f)]
    public void Weights_are_rounded_wherever_they_lie_and_what_does_not_fit_stays(float weight, float rounded)
    {
        byte[] With(float value) => Model(Graph(
            [
                Node("Constant", [], ["c"], Tensor("value", Scalar("", value))),
                Node("If", ["cond"], ["y"], Body("then_branch", Branch(value)), Body("else_branch", Branch(value))),
            ],
            [Value("cond", 9)], [Value("y", 1)], [Scalar("w", value), InField(value)]));
        Assert.Equal(With(rounded), HalfWeights.Of(With(weight)));
    }

    [Fact]
    public void Nothing_else_changes()
    {
        var integers = Message(o =>
        {
            Number(o, 1, 1);
            Number(o, 2, 6);
            Text(o, 8, "i");
            Bytes(o, 9, [0xcd, 0xcc, 0xcc, 0x3d]);
        });
        var model = Model(Graph([Node("Identity", ["i"], ["y"])], [], [Value("y", 6, 1)], [integers]));
        Assert.Equal(model, HalfWeights.Of(model));
        Assert.Throws<OnnxModelException>(() => HalfWeights.Of(model.AsSpan(0, model.Length - 3)));
    }

    private static byte[] Branch(float value) => Graph([Node("Identity", ["b"], ["out"])], [], [Value("out", 1)], [Scalar("b", value)]);

    /// <summary>A scalar whose value lies in the field for floats, not in the one for raw bytes.</summary>
    private static byte[] InField(float value) => Message(o =>
    {
        Number(o, 2, 1);
        Bytes(o, 4, MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in value)).ToArray());
        Text(o, 8, "f");
    });
}
