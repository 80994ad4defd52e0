// Uploads FILE to API as TOKEN over whatever line there is, completes the upload, and prints what it saw.
import { createReadStream, statSync } from "node:fs";
import { Upload } from "tus-js-client";

const { API, TOKEN, FILE } = process.env;
const headers = { Authorization: `Bearer ${TOKEN}` };
const offsets = [];
const upload = new Upload(createReadStream(FILE), {
  endpoint: `${API}/v1/media/uploads`,
  uploadSize: statSync(FILE).size,
  headers,
  metadata: { filename: "film.mp4", alt_text: "A film on a bad line" },
  retryDelays: Array(40).fill(200),
  onAfterResponse: (request, response) => {
    if (request.getMethod() === "HEAD") offsets.push(Number(response.getHeader("Upload-Offset")));
  },
  onError: (error) => {
    throw error;
  },
  onSuccess: async () => {
    const done = await fetch(upload.url.replace(/bytes$/, "complete"), { method: "POST", headers });
    console.log(JSON.stringify({ status: done.status, offsets, media: await done.json() }));
    process.exit(0); // idle connections of the client would keep it for a while
  },
});
upload.start();
