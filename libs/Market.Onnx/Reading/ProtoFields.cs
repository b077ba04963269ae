using System.Text;

namespace Market.Onnx.Reading;

/// <summary>Walks over the fields of one protobuf message without copying it. https://protobuf.dev/programming-guides/encoding</summary>
/// <remarks>Weights stay where they are: a generated parser would copy all of them, and allocate what a hostile file claims.</remarks>
internal ref struct ProtoFields(ReadOnlySpan<byte> message, string kind)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>The present field's number.</summary>
    public int Number { get; private set; }

    /// <summary>The value of a varint field.</summary>
    public ulong Value { get; private set; }

    /// <summary>The content of a length-delimited field; of a 32-bit or 64-bit field its bytes.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether the present field is length-delimited.</summary>
    public bool IsDelimited { get; private set; }

    /// <summary>Where the present field begins in the message, its tag included.</summary>
    public int Start { get; private set; }

    /// <summary>Where the present field ends; its content lies right before.</summary>
    public readonly int End => _at;

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="OnnxModelException">The message is cut off or no protobuf.</exception>
    public bool MoveNext()
    {
        if (_at == _message.Length)
        {
            return false;
        }

        Start = _at;
        var tag = Varint();
        Number = tag >> 3 is > 0 and <= 536_870_911 and var number ? (int)number : throw Broken($"has a field with number {tag >> 3}");
        Content = default;
        Value = 0;
        IsDelimited = false;
        switch (tag & 7)
        {
            case 0:
                Value = Varint();
                break;
            case 1:
                Content = Take(8);
                break;
            case 2:
                IsDelimited = true;
                Content = Take(Varint());
                break;
            case 5:
                Content = Take(4);
                break;
            default:
                throw Broken($"has a field of wire type {tag & 7}");
        }

        return true;
    }

    /// <summary>Moves to the next field of one number; false at the end.</summary>
    /// <exception cref="OnnxModelException">The message is cut off or no protobuf.</exception>
    public bool MoveTo(int number)
    {
        while (MoveNext())
        {
            if (Number == number)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last text in a field of a message, as protobuf reads it; empty where there is none.</summary>
    public static string TextIn(ReadOnlySpan<byte> message, string kind, int field)
    {
        var text = "";
        for (var fields = new ProtoFields(message, kind); fields.MoveTo(field);)
        {
            text = fields.Text();
        }

        return text;
    }

    /// <summary>The content as text of bounded length.</summary>
    public readonly string Text(int most = 1024)
    {
        if (Content.Length > most)
        {
            throw Broken($"has a text of {Content.Length} bytes in field {Number}, expected at most {most}");
        }

        try
        {
            return StrictUtf8.GetString(Content);
        }
        catch (DecoderFallbackException e)
        {
            throw new OnnxModelException($"A {kind} of the model has no UTF-8 text in field {Number}.", e);
        }
    }

    /// <summary>Adds the present field's numbers, packed or single.</summary>
    public readonly void AddNumbers(List<long> numbers, int most)
    {
        if (!IsDelimited)
        {
            numbers.Add((long)Value);
        }
        else
        {
            var packed = new ProtoFields(Content, kind);
            while (packed._at < Content.Length && numbers.Count <= most)
            {
                numbers.Add((long)packed.Varint());
            }
        }

        if (numbers.Count > most)
        {
            throw Broken($"has more than {most} numbers in field {Number}");
        }
    }

    private readonly OnnxModelException Broken(string what) => new($"A {kind} of the model {what}: the file is cut off, damaged or no ONNX file.");

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - _at))
        {
            throw Broken($"claims {count} bytes in field {Number} where {_message.Length - _at} are left");
        }

        var taken = _message.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at == _message.Length)
            {
                throw Broken("ends within a number");
            }

            var next = _message[_at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Broken("has a number of more than ten bytes");
    }
}
