// The README's tour by a client that is generated from the schema. Prints what the test looks at.
import { readFile } from "node:fs/promises";
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api.js";

const { API = "", PHOTOS = "" } = process.env;
const N = `${Date.now()}`;
type Problem = components["schemas"]["Problem"];

/** What an operation answers, or an exception with the problem's code. */
async function sure<Data>(call: Promise<{ data?: Data; error?: Problem }>): Promise<Data> {
  const { data, error } = await call;
  if (data === undefined) throw new Error(`${error?.code}: ${error?.detail}`);
  return data;
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("it never came");
}

async function join(name: string) {
  const username = `${name}.${N}`;
  const password = "correct-horse-battery";
  const client = createClient<paths>({ baseUrl: API });
  const body = { username, password, name, email: `${username}@example.com`, birth_date: "1990-05-17" };
  await sure(client.POST("/v1/auth/register", { body }));
  const tokens = await sure(client.POST("/v1/auth/token", { body: { username, password } }));
  const signed: Middleware = {
    onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${tokens.access}`),
  };
  client.use(signed);
  return { username, client };
}

const ana = await join("ana");
const ben = await join("ben");
const follow = await sure(
  ben.client.PUT("/v1/users/{username}/follow", { params: { path: { username: ana.username } } }),
);

async function upload(file: string) {
  const body = new FormData();
  body.set("file", new Blob([await readFile(`${PHOTOS}/${file}`)]), file);
  body.set("alt_text", "A photograph from the demo world");
  const header = { "Idempotency-Key": file };
  return sure(ana.client.POST("/v1/media", { body: body as never, params: { header } }));
}

const photos = [await upload("01-lake-sherburne.jpg"), await upload("02-singapore-skyline.heic")];
const post = await sure(
  ana.client.POST("/v1/posts", {
    body: { media: photos.map((photo) => photo.id), caption: `From a #typescript client, for @${ben.username}` },
    params: { header: { "Idempotency-Key": crypto.randomUUID() } },
  }),
);

const feed = await until(async () => {
  const page = await sure(ben.client.GET("/v1/feed"));
  return page.source === "cache" && page.results.some((each) => each.id === post.id) ? page : undefined;
});
const shown = feed.results[0];
const path = { post_id: post.id };
const reaction = await sure(ben.client.PUT("/v1/posts/{post_id}/like", { params: { path } }));
const comment = await sure(
  ben.client.POST("/v1/posts/{post_id}/comments", { params: { path }, body: { text: "Lovely!" } }),
);
const found = await until(async () => {
  const query = { q: `typescript author:${ana.username}` };
  const page = await sure(ben.client.GET("/v1/search", { params: { query } }));
  return page.results.find((each) => each.type === "posts" && each.id === post.id);
});
const people = await sure(ben.client.GET("/v1/search", { params: { query: { q: ana.username, type: "users" } } }));
const hidden = await ben.client.GET("/v1/media/{id}/original", {
  params: { path: { id: photos[0]?.id ?? "" } },
  parseAs: "blob",
});

console.log(
  JSON.stringify({
    follow: follow.state,
    caption: shown?.caption,
    source: feed.source,
    pictures: shown?.media.map((media) => [media.state, media.renditions.length > 0]),
    mentioned: shown?.mentions.includes(ben.username),
    reaction: reaction.reaction,
    likes: reaction.likes_count,
    comment: comment.text,
    found: found !== undefined,
    people: people.results.length > 0,
    hidden: hidden.error?.code,
  }),
);
