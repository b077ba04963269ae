namespace Market.Apps.Text;

/// <summary>The text of pictures.</summary>
/// <param name="Pictures">One for each file, in order.</param>
public sealed record TextReport(IReadOnlyList<PictureText> Pictures) : AppReport;

/// <summary>The text of one picture.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Width">Width of the picture in pixels, upright as browsers show it.</param>
/// <param name="Height">Its height.</param>
/// <param name="Lines">Lines of text in reading order; null if the model gave no result for it.</param>
public sealed record PictureText(string File, int Width, int Height, IReadOnlyList<TextLine>? Lines)
{
    /// <summary>The text alone, a line each.</summary>
    public string Text => string.Join('\n', (Lines ?? []).Select(line => line.Text));
}

/// <summary>A line of text.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Score">How sure the model is, 0 to 1.</param>
/// <param name="Corners">Of the box around it, in pixels of the picture: x, y of the corners above at its beginning and end, below at its end and beginning.</param>
public sealed record TextLine(string Text, float Score, IReadOnlyList<double> Corners);
