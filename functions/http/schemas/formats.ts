import * as z from 'zod';

export const isoTime = z.iso.datetime().meta({ description: 'ISO 8601, UTC' });

export const sha256Digest = z.string().meta({ description: 'SHA-256 in 64 hexadecimal digits' });
