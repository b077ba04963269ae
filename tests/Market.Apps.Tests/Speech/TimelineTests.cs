using Market.Apps.Speech;

namespace Market.Apps.Tests.Speech;

public sealed class TimelineTests
{
    [Theory]
    [InlineData("0000000000", 0.1, "")]
    [InlineData("0990000000", 0.1, "")] // too short to be a word
    [InlineData("0999000000", 0.1, "0.07-0.43")] // 0.1 to 0.4 with a margin
    [InlineData("0994499990", 0.1, "0.07-0.93")] // between the thresholds it goes on
    [InlineData("0444999900", 0.1, "0.37-0.83")] // but does not begin there
    [InlineData("9999000999", 0.1, "0-0.43 0.67-1")]
    [InlineData("999?999000", 0.1, "0-0.33 0.37-0.73")] // no result is no speech
    [InlineData("999?99900000000", 0.05, "0-0.38")] // what is shorter than a pause does not end it
    public void Speech_begins_at_one_threshold_and_ends_at_a_lower_one(string windows, double seconds, string expected)
    {
        var probabilities = windows.Select(c => c == '?' ? (float?)null : (c - '0') / 10f).ToList();
        var parts = new Timeline(0.5, seconds).Of(probabilities, windows.Length * seconds);
        Assert.Equal(expected, string.Join(' ', parts.Select(part => $"{part.Start}-{part.End}")));
    }
}
