using System.Text;

namespace Market.Onnx.Models;

/// <summary>Orders names by their UTF-8 bytes, which ordinal comparison of UTF-16 does not.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static readonly Utf8Order Instance = new();

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
}
