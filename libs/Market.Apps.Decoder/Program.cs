using Market.Apps.Decoder;

// Started confined, with a stranger's file as standard input:
//   image   writes the width and height of the picture, those of its pixels (int32 each), and the pixels: blue, green, red
//   jpeg    takes what image wrote, and writes a smaller JPEG of it to be looked at
//   sound   writes samples: float32, one channel, 16 kHz
// What it cannot read it refuses with a sentence on standard error and exit code 3.
try
{
    using var input = Console.OpenStandardInput();
    using var output = Console.OpenStandardOutput();
    switch (args)
    {
        case ["image"]:
            ImageDecoder.Decode(input, output);
            return 0;
        case ["jpeg"]:
            PictureEncoder.Encode(input, output);
            return 0;
        case ["sound"]:
            SoundDecoder.Decode(input, output);
            return 0;
        default:
            Console.Error.WriteLine("usage: market-apps-decoder image|jpeg|sound < FILE");
            return 2;
    }
}
catch (RefusedException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}
