/** In characters. SQS counts attributes as part of the message; the log has the whole reason. */
const longest = 1_000;

/** Every character that SQS refuses: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const refusedCharacters = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** A text as SQS takes it for the value of a message attribute: what it refuses is written as an escape, and it is neither too long nor empty. */
export function attributeText(text: string): string {
  const escaped = text.replace(refusedCharacters, asEscape);
  return [...escaped].slice(0, longest).join('') || 'not given';
}

function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
