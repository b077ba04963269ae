using System.Globalization;
using System.Security;
using System.Text;

namespace Market.Pages;

/// <summary>One curve: points in the axes' own numbers; marks instead of a line where agents were counted.</summary>
public sealed record Curve(string Label, IReadOnlyList<(double X, double Y)> Points, bool Marks = false, bool Dashed = false);

/// <summary>An axis: its range, what stands at its ticks, and whether it is logarithmic.</summary>
public sealed record Axis(string Title, double From, double To, IReadOnlyList<(double At, string Label)> Ticks, bool Logarithmic = false)
{
    public double Place(double value) => Logarithmic
        ? Math.Log(value / From) / Math.Log(To / From)
        : (value - From) / (To - From);

    public bool Holds(double value) => value >= From && value <= To;
}

/// <summary>A line chart as SVG text that is readable on light and on dark pages.</summary>
public sealed record Chart(string Title, Axis Across, Axis Up, IReadOnlyList<Curve> Curves)
{
    private const int Width = 900, Height = 460, Left = 70, Right = 300, Top = 46, Bottom = 60;

    private const string Style = """
        <style>
        text { font: 14px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600; font-size: 16px }
        .grid { stroke: #8c959f; stroke-opacity: .35 } .zero { stroke: #57606a; stroke-width: 1.5 }
        .c { fill: none; stroke-width: 2.5 } .m { stroke: none }
        .s0 { stroke: #0969da } .s1 { stroke: #cf222e } .s2 { stroke: #1a7f37 } .s3 { stroke: #9a6700 } .s4 { stroke: #8250df } .s5 { stroke: #0e7c86 } .s6 { stroke: #bf3989 } .s7 { stroke: #6e7781 }
        .f0 { fill: #0969da } .f1 { fill: #cf222e } .f2 { fill: #1a7f37 } .f3 { fill: #9a6700 } .f4 { fill: #8250df } .f5 { fill: #0e7c86 } .f6 { fill: #bf3989 } .f7 { fill: #6e7781 }
        @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .zero { stroke: #9da7b1 }
        .s0 { stroke: #58a6ff } .s1 { stroke: #ff7b72 } .s2 { stroke: #3fb950 } .s3 { stroke: #d29922 } .s4 { stroke: #bc8cff } .s5 { stroke: #39c5cf } .s6 { stroke: #f778ba } .s7 { stroke: #9da7b1 }
        .f0 { fill: #58a6ff } .f1 { fill: #ff7b72 } .f2 { fill: #3fb950 } .f3 { fill: #d29922 } .f4 { fill: #bc8cff } .f5 { fill: #39c5cf } .f6 { fill: #f778ba } .f7 { fill: #9da7b1 } }
        </style>
        """;

    public string ToSvg()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Safe(Title)}\">\n{Style}\n");
        Words(svg, Left, 24, Title, "title");
        foreach (var (at, label) in Across.Ticks)
        {
            Line(svg, X(at), Top, X(at), Height - Bottom, "grid");
            Words(svg, X(at), Height - Bottom + 20, label, "", "middle");
        }

        foreach (var (at, label) in Up.Ticks)
        {
            Line(svg, Left, Y(at), Width - Right, Y(at), at == 0 ? "zero" : "grid");
            Words(svg, Left - 8, Y(at) + 5, label, "", "end");
        }

        Words(svg, (Left + Width - Right) / 2.0, Height - 16, Across.Title, "", "middle");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(18 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Safe(Up.Title)}</text>\n");
        for (var i = 0; i < Curves.Count; i++)
        {
            Draw(svg, Curves[i], i);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void Draw(StringBuilder svg, Curve curve, int number)
    {
        var seen = curve.Points.Where(p => Across.Holds(p.X) && Up.Holds(p.Y)).ToList();
        var legend = Top + 14 + number * 24;
        if (curve.Marks)
        {
            seen.ForEach(p => Mark(svg, X(p.X), Y(p.Y), number));
            Mark(svg, Width - Right + 27, legend - 5, number);
        }
        else
        {
            var path = string.Join(' ', seen.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):0.0},{Y(p.Y):0.0}")));
            var dash = curve.Dashed ? " stroke-dasharray=\"6 4\"" : "";
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"c s{number}\"{dash} points=\"{path}\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"c s{number}\"{dash} points=\"{Width - Right + 14},{legend - 5} {Width - Right + 40},{legend - 5}\"/>\n");
        }

        Words(svg, Width - Right + 48, legend, curve.Label, "");
    }

    private double X(double value) => Left + Across.Place(value) * (Width - Right - Left);

    private double Y(double value) => Height - Bottom - Up.Place(value) * (Height - Bottom - Top);

    private static void Mark(StringBuilder svg, double x, double y, int number) =>
        svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"m f{number}\" cx=\"{x:0.0}\" cy=\"{y:0.0}\" r=\"4.5\"/>\n");

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, string style) =>
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{x1:0.0}\" y1=\"{y1:0.0}\" x2=\"{x2:0.0}\" y2=\"{y2:0.0}\"/>\n");

    private static void Words(StringBuilder svg, double x, double y, string words, string style, string anchor = "start") =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x:0.0}\" y=\"{y:0.0}\" text-anchor=\"{anchor}\">{Safe(words)}</text>\n");

    private static string Safe(string words) => SecurityElement.Escape(words);
}
