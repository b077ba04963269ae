// Makes a WAV file of a sound of another kind, in the browser of whoever has it. Loaded when the first such file is chosen.
import { Wrong, inTime } from './wrong.js';

const Most = { bytes: 256 * 2 ** 20, minutes: 30, milliseconds: 120_000 };
const Rate = 16_000;

/** Gives the sound as a WAV file, or tells in an error why there is none. `tell` says whether to go on. */
export async function make(file, tell) {
  if (file.size === 0) throw new Wrong('empty');
  if (file.size > Most.bytes) throw new Wrong('large', file.size, Most.bytes);
  // Decoded, hours of a small file would fill the memory.
  check(await secondsOf(file));
  const decoding = new OfflineAudioContext(1, 1, Rate).decodeAudioData(await file.arrayBuffer()).catch(() => { throw new Wrong('no-sound'); });
  const sound = await inTime(decoding, Most.milliseconds, new Wrong('slow-opening', Most.milliseconds / 1000));
  check(sound.duration);
  if (!await tell(0, 0)) throw new Wrong('stopped');
  return [new File([wav(Array.from({ length: sound.numberOfChannels }, (_, channel) => sound.getChannelData(channel)), Rate)], `${file.name}.wav`, { type: 'audio/wav' })];
}

function check(seconds) {
  if (Number.isFinite(seconds) && seconds > Most.minutes * 60) throw new Wrong('long', Math.ceil(seconds / 60), Most.minutes);
}

/** How long a sound lasts, as far as the browser says so before it decodes. */
function secondsOf(file) {
  const sound = new Audio(), address = URL.createObjectURL(file);
  return new Promise(done => {
    const tell = () => done(sound.duration);
    setTimeout(tell, 10_000);
    sound.onerror = tell;
    sound.ondurationchange = () => { if (Number.isFinite(sound.duration)) tell(); };
    // Recordings that were written as they came tell it at their end only.
    sound.onloadedmetadata = () => { sound.currentTime = Number.MAX_SAFE_INTEGER; };
    sound.src = address;
  }).finally(() => URL.revokeObjectURL(address));
}

/** A WAV file of 16 bits, in which all channels are one. */
export function wav(channels, rate) {
  const samples = channels[0].length, file = new DataView(new ArrayBuffer(44 + 2 * samples)), words = new TextEncoder();
  for (const [at, word] of [[0, 'RIFF'], [8, 'WAVEfmt '], [36, 'data']]) new Uint8Array(file.buffer).set(words.encode(word), at);
  // Of the format: its length, PCM and one channel, the rate, bytes a second, bytes and bits of a sample.
  for (const [at, number] of [[4, 36 + 2 * samples], [16, 16], [20, 0x1_0001], [24, rate], [28, 2 * rate], [32, 0x10_0002], [40, 2 * samples]]) file.setUint32(at, number, true);
  for (let i = 0; i < samples; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i];
    file.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, sum / channels.length))), true);
  }
  return file.buffer;
}
