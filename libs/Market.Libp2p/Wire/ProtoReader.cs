using System.Text;

namespace Market.Libp2p.Wire;

/// <summary>Reads protobuf fields from a message that lies whole in memory.</summary>
/// <remarks>
/// Written by hand because libp2p's handshakes need four messages of two to seven scalar fields: this is smaller than
/// generated code and a runtime, borrows spans instead of copying, and refuses wrong wire types before any allocation.
/// </remarks>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private bool _isBytes;
    private ulong _number;
    private ReadOnlySpan<byte> _bytes;

    /// <summary>The number of the field last read.</summary>
    internal int Field { get; private set; }

    /// <summary>The field's value as an unsigned integer; throws when the wire carries another type.</summary>
    internal readonly ulong Number => !_isBytes
        ? _number : throw Libp2pException.Malformed($"Protobuf field {Field} is bytes, expected an integer.");

    /// <summary>The field's value as bytes; throws when the wire carries another type.</summary>
    internal readonly ReadOnlySpan<byte> Bytes => _isBytes
        ? _bytes : throw Libp2pException.Malformed($"Protobuf field {Field} is an integer, expected bytes.");

    /// <summary>The field's value as UTF-8 text; malformed sequences are refused.</summary>
    internal readonly string Text
    {
        get
        {
            var bytes = Bytes;
            return System.Text.Unicode.Utf8.IsValid(bytes)
                ? Encoding.UTF8.GetString(bytes)
                : throw Libp2pException.Malformed($"Protobuf field {Field} is not UTF-8.");
        }
    }

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    internal bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Take();
        Field = tag >> 3 is > 0 and <= 0x1fffffff and var field
            ? (int)field : throw Libp2pException.Malformed($"Protobuf tag {tag} names no field.");
        switch (tag & 7)
        {
            case 0:
                (_isBytes, _number) = (false, Take());
                break;
            case 1:
                Skip(8);
                break;
            case 2:
                var length = Take();
                if (length > (ulong)_rest.Length)
                {
                    throw Libp2pException.Malformed($"Protobuf field {Field} claims {length} bytes, {_rest.Length} are left.");
                }

                _isBytes = true;
                _bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                break;
            case 5:
                Skip(4);
                break;
            default:
                throw Libp2pException.Malformed($"Protobuf field {Field} has wire type {tag & 7}, which no libp2p message uses.");
        }

        return true;
    }

    private void Skip(int count)
    {
        if (_rest.Length < count)
        {
            throw Libp2pException.Malformed($"Protobuf field {Field} is cut short.");
        }

        (_isBytes, _number) = (false, 0);
        _rest = _rest[count..];
    }

    private ulong Take()
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw Libp2pException.Malformed("A protobuf integer is cut short or longer than ten bytes.");
    }
}
